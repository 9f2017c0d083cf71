-- SPDX-License-Identifier: Apache-2.0
-- Which unit's work was whose as known at an instant. Of a unit whose identity (element 10 of the groups) was
-- last said by then, the directory's word is taken; of one about which something was said since, its earlier
-- changes, of which the caller takes the last that says it. Parameters: $1 known at (us since 1970).
-- Columns: unit's key, key of the one it was merged into (NULL where the body is to be read), body. The test on
-- the body is coarse: it finds the tag of field 25. Leans on change_pkey, change_item.
SELECT i.item_key, CASE WHEN c.change_id IS NULL THEN m.item_key END, c.body
FROM uptake.unit AS u
JOIN uptake.item AS i USING (item_id)
JOIN uptake.change AS said ON said.change_id = i.group_changes[10]
LEFT JOIN uptake.item AS m ON m.item_id = u.merged_into_id
LEFT JOIN uptake.change AS c
       ON said.recorded_at > to_timestamp($1::bigint / 1000000.0)
      AND c.item_id = u.item_id
      AND c.operation = 'set'
      AND c.outcome IN ('committed', 'merged')
      AND c.recorded_at <= to_timestamp($1::bigint / 1000000.0)
      AND position('\xca01'::bytea IN c.body) > 0
WHERE CASE WHEN said.recorded_at > to_timestamp($1::bigint / 1000000.0) THEN c.change_id IS NOT NULL
      ELSE u.merged_into_id IS NOT NULL END
ORDER BY i.item_key, c.revision
