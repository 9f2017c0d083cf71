-- SPDX-License-Identifier: Apache-2.0
-- The directory, for ladders: who a unit REPORTS TO, the one that took over where it was merged. A unit
-- that does not exist on the day has no address. $1 day. Columns: unit, its key, kind, has an address,
-- who does its work now, whom it reports to (NULL: nobody), zone. Leans on unit_pkey.
SELECT unit.item_id, item.item_key, unit.kind,
       unit.email <> '' AND NOT item.retracted
       AND $1::date BETWEEN coalesce(unit.valid_from, '-infinity') AND coalesce(unit.valid_to, 'infinity'),
       CASE WHEN unit.merged_into_id IS NULL THEN unit.item_id
            ELSE uptake.successor_of(unit.item_id) END,
       CASE WHEN head.merged_into_id IS NULL THEN head.item_id
            ELSE uptake.successor_of(head.item_id) END,
       unit.zone
FROM uptake.unit
JOIN uptake.item USING (item_id)
LEFT JOIN uptake.unit AS head ON head.item_id = unit.reports_to_id
ORDER BY unit.item_id
