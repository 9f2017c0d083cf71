-- SPDX-License-Identifier: Apache-2.0
-- What was retracted of that which items stand on that are to be restored. Parameters: $1 item keys.
-- Columns: item_key, key of what it stands on. Leans on the keys of the tables of uptake.standing.
SELECT DISTINCT i.item_key, o.item_key
FROM uptake.item i
JOIN uptake.standing s USING (item_id)
JOIN uptake.item o ON o.item_id = s.on_id
WHERE i.item_key = ANY ($1::text[]) AND o.retracted
ORDER BY 1, 2
