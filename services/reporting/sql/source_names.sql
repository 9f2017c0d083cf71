-- SPDX-License-Identifier: Apache-2.0
-- What was said of the document that an item lies in, oldest first, under the same condition as item:
-- where its texts were read from, then and now. Parameters: $1 item_key, $2 principal_id.
-- Columns: change_id, body. Leans on item_item_key_key, change_item.
SELECT c.change_id, c.body
FROM uptake.item i
JOIN uptake.item d ON d.item_key = i.document AND d.kind = 'document'
JOIN uptake.change c ON c.item_id = d.item_id
WHERE i.item_key = $1::text
  AND c.operation = 'set'
  AND EXISTS (SELECT FROM uptake.readable g
              WHERE g.principal_id = $2::int AND g.scope_id = ANY (i.scopes))
  AND EXISTS (SELECT FROM uptake.readable g
              WHERE g.principal_id = $2::int AND g.scope_id = ANY (d.scopes))
ORDER BY c.change_id
