-- SPDX-License-Identifier: Apache-2.0
-- A unit has a feed of its own and lies in a region's, or at headquarters. Parameters: parallel arrays
-- $1 item_id, $2 code, $3 name, $4 kind, $5 parent's id, $6 region ('': headquarters), $7 id of the
-- unit it reports to, $8 zone, $9 aliases (JSON lists); $10 opened at.
INSERT INTO uptake.unit (item_id, code, name, kind, parent_id, reports_to_id, scope_id,
                         region_scope_id, zone, aliases, email, language)
SELECT item_id, code, name, kind::uptake.unit_kind, parent_id, reports_to_id,
       uptake.open_scope('unit:' || code, 'unit', $10::timestamptz),
       CASE WHEN region <> '' THEN uptake.open_scope('region:' || region, 'region', $10::timestamptz) END,
       zone, ARRAY(SELECT jsonb_array_elements_text(aliases::jsonb)), '', ''
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
            $8::text[], $9::text[])
     AS u (item_id, code, name, kind, parent_id, region, reports_to_id, zone, aliases)
ON CONFLICT (item_id) DO UPDATE
SET name = excluded.name, kind = excluded.kind, parent_id = excluded.parent_id,
    reports_to_id = excluded.reports_to_id, region_scope_id = excluded.region_scope_id,
    zone = excluded.zone, aliases = excluded.aliases
