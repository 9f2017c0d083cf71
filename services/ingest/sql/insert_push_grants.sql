-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 the principal's item_id, $2 kind, $3 field groups (JSON list; empty:
-- all of the kind), $4 document ('': all), $5 key of a unit ('': all). Leans on principal_item_id_key.
INSERT INTO uptake.push_grant (principal_id, kind, groups, document, unit)
SELECT p.principal_id, g.kind::uptake.item_kind, ARRAY(SELECT jsonb_array_elements_text(g.groups::jsonb)),
       nullif(g.document, ''), g.unit
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
     AS g (item_id, kind, groups, document, unit)
JOIN uptake.principal p USING (item_id)
ON CONFLICT DO NOTHING
