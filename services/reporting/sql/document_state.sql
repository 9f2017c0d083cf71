-- SPDX-License-Identifier: Apache-2.0
-- Everything ever accepted about the items of a document that the reader may see, for comparison.
-- Parameters: $1 document, $2 principal_id.
-- Columns: item_key, kind, revision, group_changes, change_id, body.
-- Leans on item_document, change_item.
SELECT i.item_key, i.kind::text, i.revision, i.group_changes, c.change_id, c.body
FROM uptake.item i
JOIN uptake.change c USING (item_id)
WHERE i.document = $1::text
  AND c.body IS NOT NULL
  AND (c.operation = 'set' OR c.change_id = ANY (i.group_changes))
  AND EXISTS (SELECT FROM uptake.readable g
              WHERE g.principal_id = $2::int AND g.scope_id = ANY (i.scopes))
ORDER BY i.item_id, c.change_id
