-- SPDX-License-Identifier: Apache-2.0
-- Which pages of items are to be planned anew: all of them, or those with an action that was spoken of
-- in the hq feed since, by itself or through its document. What a policy, a unit or the desk says may
-- concern every action; what is said of anything else changes no plan, reminders least of all.
-- $1 all in any case, $2 how many ids of items make a page, $3 seq of the hq feed the plan stands on.
-- Columns: number of the page. Leans on feed_segment_pkey, change_pkey, item_document.
WITH moved AS MATERIALIZED (
    SELECT DISTINCT change.item_id, change.kind, change.document
    FROM uptake.feed_segment
    JOIN uptake.scope USING (scope_id)
    JOIN uptake.change ON change.change_id = ANY (feed_segment.change_ids)
    WHERE NOT $1::boolean
      AND scope.name = 'hq'
      AND feed_segment.last_seq > $3::bigint
      AND change.kind IN ('action', 'document', 'response', 'policy', 'unit', 'cycle')
), every AS (
    SELECT $1::boolean OR EXISTS (SELECT FROM moved WHERE kind IN ('policy', 'unit', 'cycle')) AS page
)
SELECT generate_series(0, (SELECT max(item_id) FROM uptake.item) / $2::bigint)
FROM every
WHERE every.page
UNION
SELECT item_id / $2::bigint
FROM moved
WHERE kind = 'action' AND NOT (SELECT page FROM every)
UNION
SELECT item.item_id / $2::bigint
FROM moved
JOIN uptake.item USING (document)
WHERE moved.kind IN ('document', 'response')
  AND item.kind = 'action'
  AND NOT (SELECT page FROM every)
ORDER BY 1
