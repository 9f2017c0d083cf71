-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 the principal's item_id, $2 scope. Leans on principal_item_id_key,
-- scope_name_key.
INSERT INTO uptake.read_grant (principal_id, scope_id)
SELECT p.principal_id, s.scope_id
FROM unnest($1::bigint[], $2::text[]) AS g (item_id, scope)
JOIN uptake.principal p USING (item_id)
JOIN uptake.scope s ON s.name = g.scope
ON CONFLICT DO NOTHING
