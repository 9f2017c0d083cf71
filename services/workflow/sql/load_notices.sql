-- SPDX-License-Identifier: Apache-2.0
-- What the overseers are to be told and were not: a cycle whose first step is near, and a return made before
-- today. The last day of each is told once, whatever happens to the plan afterwards.
-- Only a plan, or another day, changes that. $1 day, $2 days ahead, $3 whether one came (else no row). Columns: policy, last day of the cycle, occasion, recipient, its key, its address.
-- Leans on obligation_cycle, desk_notice (policy, cycle, occasion), item_document.
WITH overseer AS (
    SELECT policy.item_id AS policy_id, unit.item_id AS recipient_id, unit_item.item_key, unit.email,
           policy_item.item_key AS policy_key
    FROM uptake.policy
    JOIN uptake.item AS policy_item ON policy_item.item_id = policy.item_id
    JOIN uptake.unit ON unit.item_id = uptake.successor_of(policy.overseer_id)
    JOIN uptake.item AS unit_item ON unit_item.item_id = unit.item_id
    WHERE $3::boolean AND policy.active AND NOT policy_item.retracted AND unit.email <> ''
), told AS (
    SELECT overseer.policy_id, cycle.cycle_on, 'comes' AS occasion
    FROM overseer
    JOIN LATERAL (
        SELECT obligation.cycle_on FROM uptake.obligation
        WHERE obligation.policy_id = overseer.policy_id
          AND obligation.cycle_on BETWEEN $1::date AND $1::date + 365 + $2::int
          AND obligation.state NOT IN ('void', 'rested', 'not_asked')
        GROUP BY 1 HAVING min(obligation.send_on) <= $1::date + $2::int) AS cycle ON true
    UNION ALL
    SELECT overseer.policy_id, right(cycle.item_key, 10)::date, 'closed'
    FROM overseer
    JOIN uptake.item AS cycle ON cycle.document = 'cycles' AND cycle.kind = 'cycle'
         AND left(cycle.item_key, -11) = 'cycle:' || substr(overseer.policy_key, 8)
    JOIN uptake.change ON change.change_id = cycle.group_changes[35]
    WHERE change.recorded_at < $1::date
)
SELECT told.policy_id, told.cycle_on, told.occasion, overseer.recipient_id, overseer.item_key, overseer.email
FROM told
JOIN overseer USING (policy_id)
WHERE NOT EXISTS (SELECT FROM uptake.desk_notice
                  WHERE desk_notice.policy_id = told.policy_id AND desk_notice.cycle_on = told.cycle_on
                    AND desk_notice.occasion = told.occasion)
ORDER BY overseer.recipient_id, told.cycle_on, told.policy_id, told.occasion
