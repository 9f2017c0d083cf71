-- SPDX-License-Identifier: Apache-2.0
-- What the desk decided last about each cycle: element 34 of the groups is the cycle decision.
-- Columns: body of the change that said it. Leans on item_document, change_pkey.
SELECT change.body
FROM uptake.item
JOIN uptake.change ON change.change_id = item.group_changes[34]
WHERE item.document = 'cycles'
  AND item.kind = 'cycle'
  AND NOT item.retracted
  AND change.body IS NOT NULL
