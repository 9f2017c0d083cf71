-- SPDX-License-Identifier: Apache-2.0
-- One item, if a scope it lies in is granted to the reader: one row per change its image is made of.
-- Parameters: $1 item_key, $2 principal_id. Columns: as snapshot_items.
-- Leans on item_item_key_key, change_pkey.
SELECT i.item_key, i.kind::text, i.document, i.revision, i.group_changes, c.change_id, c.body
FROM uptake.item i
LEFT JOIN uptake.change c ON c.change_id = ANY (i.group_changes)
WHERE i.item_key = $1::text
  AND EXISTS (SELECT FROM uptake.readable g
              WHERE g.principal_id = $2::int AND g.scope_id = ANY (i.scopes))
ORDER BY c.change_id
