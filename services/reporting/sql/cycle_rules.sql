-- SPDX-License-Identifier: Apache-2.0
-- What policies said, and when they came to say something else: the changes of their items, oldest first.
-- Parameters: $1 policy key or NULL for all. Columns: policy item_id, recorded at (us since 1970), body.
-- Leans on item_document, change_item.
SELECT i.item_id, (extract(epoch FROM c.recorded_at) * 1000000)::bigint, c.body
FROM uptake.item i
JOIN uptake.change c USING (item_id)
WHERE i.document = 'policies'
  AND i.kind = 'policy'
  AND ($1::text IS NULL OR i.item_key = $1::text)
  AND c.operation = 'set'
  AND c.outcome IN ('committed', 'merged')
  AND c.body IS NOT NULL
ORDER BY i.item_id, c.revision
