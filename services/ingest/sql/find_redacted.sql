-- SPDX-License-Identifier: Apache-2.0
-- The changes that brought these revisions of an item, which is locked.
-- Parameters: $1 item key, $2 revisions. Columns: revision, change_id, whether it is wiped already.
-- Leans on item_item_key_key, change_item.
SELECT c.revision, c.change_id, c.body IS NULL
FROM uptake.item i
JOIN uptake.change c USING (item_id)
WHERE i.item_key = $1::text AND c.operation = 'set' AND c.revision = ANY ($2::bigint[])
