-- SPDX-License-Identifier: Apache-2.0
-- What every policy said, and when it came to say something else: the changes of its item, oldest first.
-- Columns: policy, its key, is counted no more, body. Leans on item_document, change_item.
SELECT item.item_id, item.item_key, item.retracted, change.body
FROM uptake.item
JOIN uptake.change USING (item_id)
WHERE item.document = 'policies'
  AND item.kind = 'policy'
  AND change.operation = 'set'
  AND change.outcome IN ('committed', 'merged')
  AND change.body IS NOT NULL
ORDER BY item.item_id, change.revision
