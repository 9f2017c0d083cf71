-- SPDX-License-Identifier: Apache-2.0
-- A unit has a feed of its own and lies in a region's, or at headquarters. Parameters: parallel arrays
-- $1 item_id, $2 code, $3 name, $4 kind, $5 parent's id, $6 region ('': headquarters), $7 id of the
-- unit it reports to, $8 zone, $9 aliases (JSON lists), $10 valid_from, $11 valid_to, $12 id of the unit
-- it was merged into, $13 former names (JSON lists); $14 opened at.
INSERT INTO uptake.unit (item_id, code, name, kind, parent_id, reports_to_id, scope_id,
                         region_scope_id, zone, aliases, email, language, valid_from, valid_to,
                         merged_into_id, former_names)
SELECT item_id, code, name, kind::uptake.unit_kind, parent_id, reports_to_id,
       uptake.open_scope('unit:' || code, 'unit', $14::timestamptz),
       CASE WHEN region <> '' THEN uptake.open_scope('region:' || region, 'region', $14::timestamptz) END,
       zone, ARRAY(SELECT jsonb_array_elements_text(aliases::jsonb)), '', '', valid_from::date,
       valid_to::date, merged_into_id, ARRAY(SELECT jsonb_array_elements_text(former_names::jsonb))
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
            $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[])
     AS u (item_id, code, name, kind, parent_id, region, reports_to_id, zone, aliases, valid_from,
           valid_to, merged_into_id, former_names)
ON CONFLICT (item_id) DO UPDATE
SET name = excluded.name, kind = excluded.kind, parent_id = excluded.parent_id,
    reports_to_id = excluded.reports_to_id, region_scope_id = excluded.region_scope_id,
    zone = excluded.zone, aliases = excluded.aliases, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, merged_into_id = excluded.merged_into_id,
    former_names = excluded.former_names
