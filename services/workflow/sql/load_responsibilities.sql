-- SPDX-License-Identifier: Apache-2.0
-- Leads of open actions, with what decides whether they may be asked.
-- Columns: action, unit (NULL: nobody for sure), kind of unit, has an address, inferred, ambiguous,
-- vague, confirmed.
SELECT responsibility.action_id, responsibility.unit_id, unit.kind,
       coalesce(unit.email <> '', false), responsibility.inferred,
       responsibility.ambiguous, responsibility.vague, responsibility.confirmed
FROM uptake.responsibility
JOIN uptake.item ON item.item_id = responsibility.action_id
LEFT JOIN uptake.unit ON unit.item_id = responsibility.unit_id
WHERE responsibility.role = 'lead'
  AND (item.progress IS NULL
       OR item.progress NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable'))
ORDER BY responsibility.action_id, responsibility.ordinal
