-- SPDX-License-Identifier: Apache-2.0
-- Who can be written to. Columns: unit, key, name, address.
SELECT unit.item_id, item.item_key, unit.name, unit.email
FROM uptake.unit
JOIN uptake.item USING (item_id)
ORDER BY unit.item_id
