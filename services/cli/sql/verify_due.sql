-- SPDX-License-Identifier: Apache-2.0
-- The days of what is planned, counted again by PostgreSQL's own calendar (I16). The cycles of a question lie
-- whole intervals apart, each on the same day of the month or, where the month is shorter, on its last; a
-- deadline's on the action's due day; a step so many days from the end, moved by at most two weeks for a day
-- of work, or later where the unit asked to wait. Of policies whose rule was said once: what an earlier
-- version planned followed that one. Parameters: none. Columns: invariant, place, what differs.
-- Reads obligation whole.
WITH planned AS (
    SELECT o.*, t.trigger, t.interval_months, a.due_on, coalesce(a.group_changes[33], 0) <> 0 AS may_wait,
           p.item_key || ' ' || a.item_key || ' cycle ' || o.cycle AS what
    FROM uptake.obligation o
    JOIN uptake.policy t ON t.item_id = o.policy_id
    JOIN uptake.item p ON p.item_id = o.policy_id
    JOIN uptake.item a ON a.item_id = o.subject_id
    WHERE o.state = 'planned' AND p.group_revisions[12] = 1
), cycles AS (
    SELECT DISTINCT policy_id, subject_id, cycle, cycle_on, interval_months, what
    FROM planned WHERE trigger = 'interval'
), spaced AS (
    SELECT c.*, first_value(cycle) OVER w AS first_cycle, first_value(cycle_on) OVER w AS first_on,
           max(extract(day FROM cycle_on)) OVER (PARTITION BY policy_id, subject_id) AS on_day
    FROM cycles c
    WINDOW w AS (PARTITION BY policy_id, subject_id ORDER BY cycle)
), expected AS (
    SELECT s.*, (date_trunc('month', first_on) + make_interval(months => (cycle - first_cycle) * interval_months))
                    ::date AS month_on
    FROM spaced s
)
SELECT 'I16', what, 'ends on ' || cycle_on || ', counted again on ' || due.on_day
FROM expected e
CROSS JOIN LATERAL (
    SELECT month_on + least(e.on_day::int, extract(day FROM month_on + interval '1 month' - interval '1 day')::int)
           - 1 AS on_day) due
WHERE cycle_on <> due.on_day
UNION ALL
SELECT 'I16', what, 'ends on ' || cycle_on || ', the action is due on ' || coalesce(due_on::text, 'no day')
FROM planned
WHERE trigger = 'deadline' AND cycle_on IS DISTINCT FROM due_on
UNION ALL
SELECT 'I16', what, 'step ' || step || ' is to go on ' || send_on || ', ' || abs(send_on - (cycle_on + step))
       || ' days off'
FROM planned
WHERE send_on < cycle_on + step - 14 OR (send_on > cycle_on + step + 14 AND NOT may_wait)
LIMIT 100000
