-- SPDX-License-Identifier: Apache-2.0
-- Items whose head no change brought. Parameters: item ids $1 (exclusive) to $2; $3 scope_id or NULL.
-- Columns: invariant, place, what differs. Leans on item_pkey, change_item.
SELECT 'I1', i.item_key, 'stands at revision ' || i.revision || ', which no change brought'
FROM uptake.item i
WHERE i.item_id > $1::bigint AND i.item_id <= $2::bigint
  AND ($3::int IS NULL OR i.scopes @> ARRAY[$3::int])
  AND NOT EXISTS (SELECT FROM uptake.change c
                  WHERE c.item_id = i.item_id AND c.revision = i.revision
                    AND c.operation = 'set')
