-- SPDX-License-Identifier: Apache-2.0
-- The image of an action for the form; who may see it, answer_facts tells. Parameters: $1 action's key.
-- Columns: as snapshot_items. Leans on item_item_key_key, change_pkey.
SELECT i.item_key, i.kind::text, i.document, i.revision, i.group_changes, c.change_id, c.body
FROM uptake.item i
LEFT JOIN uptake.change c ON c.change_id = ANY (i.group_changes)
WHERE i.item_key = $1::text AND i.kind = 'action'
ORDER BY c.change_id
