-- SPDX-License-Identifier: Apache-2.0
-- A unit has a feed of its own and lies in a region's, or at headquarters. Parameters: $1 item_id,
-- $2 code, $3 name, $4 kind, $5 parent's key, $6 region ('': headquarters), $7 key of the unit it
-- reports to, $8 zone, $9 aliases, $10 opened at.
INSERT INTO uptake.unit (item_id, code, name, kind, parent_id, reports_to_id, scope_id,
                         region_scope_id, zone, aliases, email, language)
VALUES ($1::bigint, $2, $3, $4::uptake.unit_kind,
        (SELECT item_id FROM uptake.item WHERE item_key = $5),
        (SELECT item_id FROM uptake.item WHERE item_key = $7),
        uptake.open_scope('unit:' || $2, 'unit', $10::timestamptz),
        CASE WHEN $6 <> '' THEN uptake.open_scope('region:' || $6, 'region', $10::timestamptz) END,
        $8, $9::text[], '', '')
ON CONFLICT (item_id) DO UPDATE
SET name = excluded.name, kind = excluded.kind, parent_id = excluded.parent_id,
    reports_to_id = excluded.reports_to_id, region_scope_id = excluded.region_scope_id,
    zone = excluded.zone, aliases = excluded.aliases
