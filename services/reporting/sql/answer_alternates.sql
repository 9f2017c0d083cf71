-- SPDX-License-Identifier: Apache-2.0
-- Who answers for a unit when its focal point cannot. Parameters: $1 unit's key. Columns: name, e-mail
-- address. Leans on item_item_key_key, unit_alternate_pkey.
SELECT a.name, a.email
FROM uptake.item i
JOIN uptake.unit_alternate a ON a.unit_id = i.item_id
WHERE i.item_key = $1::text AND i.kind = 'unit' AND a.email <> ''
ORDER BY a.ordinal
