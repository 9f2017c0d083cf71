-- SPDX-License-Identifier: Apache-2.0
-- Bodies that the images of the dependents of items that move are made of. Parameters: $1 keys of the items that move, $2 most items.
-- Columns: change_id, body. Leans on change_pkey.
SELECT c.change_id, c.body
FROM (SELECT item_id FROM uptake.dependents_of($1::text[]) AS d (item_id)
      ORDER BY item_id LIMIT $2::int) d
JOIN uptake.item i USING (item_id)
JOIN uptake.change c ON c.change_id = ANY (i.group_changes)
