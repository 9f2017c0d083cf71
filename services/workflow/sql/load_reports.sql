-- SPDX-License-Identifier: Apache-2.0
-- Accepted changes of open actions that may carry a progress report or its review, oldest first, as far
-- back as a policy asks. $1 register zone, items $2 to $3. Columns: action, civil day it came in, last day it speaks of,
-- body, revision of the action.
-- The test on the body is coarse: it finds the tag of field 23 or 33, or a length that looks like it; the
-- caller looks properly. A redacted body (NULL) was a report if progress or its date changed with it.
-- Leans on change_item.
SELECT item.item_id, (change.recorded_at AT TIME ZONE $1)::date, change.reported_on, change.body,
       change.revision
FROM uptake.item
JOIN uptake.change USING (item_id)
WHERE item.item_id BETWEEN $2::bigint AND $3::bigint
  AND change.item_id BETWEEN $2::bigint AND $3::bigint -- else a merge of both reads all changes before
  AND item.kind = 'action'
  AND (item.progress IS NULL
       OR item.progress NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable'))
  AND change.operation = 'set'
  AND change.outcome IN ('committed', 'merged')
  AND (position('\xba01'::bytea IN change.body) > 0
       OR position('\x8a02'::bytea IN change.body) > 0
       OR (change.body IS NULL
           AND (change.progress, change.reported_on) IS DISTINCT FROM
               (coalesce((SELECT before.progress FROM uptake.change before
                          WHERE before.item_id = change.item_id AND before.operation = 'set'
                            AND before.revision = change.revision - 1), 'unknown'),
                (SELECT before.reported_on FROM uptake.change before
                 WHERE before.item_id = change.item_id AND before.operation = 'set'
                   AND before.revision = change.revision - 1))))
  AND change.recorded_at >=
      (SELECT least(min(policy.go_live_on),
                    (SELECT min(said.recorded_at) FROM uptake.item AS rule
                     JOIN uptake.change AS said USING (item_id)
                     WHERE rule.document = 'policies'))
              - make_interval(months => max(greatest(policy.interval_months, 12)) + 1)
       FROM uptake.policy)
ORDER BY item.item_id, change.recorded_at, change.change_id
