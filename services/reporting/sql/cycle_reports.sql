-- SPDX-License-Identifier: Apache-2.0
-- Changes that may carry a progress report, or its review, on actions asked about in cycles that end between two days.
-- Parameters: $1 policy item_id or NULL for all, $2 first day, $3 last day, $4 register zone, $5 known at
-- (us since 1970). Columns: action's item_id, civil day it came in, last day it speaks of, body, revision. The test on
-- the body is coarse, as in the planning of workflow: the caller looks properly. A redacted body (NULL) was
-- a report if progress or its date changed with it. Leans on obligation_cycle, change_item.
SELECT c.item_id, (c.recorded_at AT TIME ZONE $4)::date, c.reported_on, c.body, c.revision
FROM uptake.change c
WHERE c.item_id IN (SELECT o.subject_id FROM uptake.obligation o
                    WHERE ($1::bigint IS NULL OR o.policy_id = $1::bigint)
                      AND o.cycle_on BETWEEN $2::date AND $3::date AND o.state <> 'void')
  AND c.operation = 'set'
  AND c.outcome IN ('committed', 'merged')
  AND c.recorded_at <= to_timestamp($5::bigint / 1000000.0)
  AND (position('\xba01'::bytea IN c.body) > 0
       OR position('\x8a02'::bytea IN c.body) > 0
       OR (c.body IS NULL
           AND (c.progress, c.reported_on) IS DISTINCT FROM
               (coalesce((SELECT b.progress FROM uptake.change b
                          WHERE b.item_id = c.item_id AND b.operation = 'set'
                            AND b.revision = c.revision - 1), 'unknown'),
                (SELECT b.reported_on FROM uptake.change b
                 WHERE b.item_id = c.item_id AND b.operation = 'set' AND b.revision = c.revision - 1))))
ORDER BY c.item_id, c.recorded_at, c.change_id
