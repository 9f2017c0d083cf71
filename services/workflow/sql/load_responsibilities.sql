-- SPDX-License-Identifier: Apache-2.0
-- Leads and overseers of open actions, with what decides whether they may be asked. The work of a unit
-- that was merged is asked of its successor; one that is named twice counts once, by its surest mention. A unit
-- that does not exist on the day has no address. Parameters: $1 day, items $2 to $3. Columns: action, unit (NULL: nobody
-- for sure), kind of unit, has an address, inferred, ambiguous, vague, confirmed, role.
SELECT DISTINCT ON (responsibility.item_id, responsibility.role, unit.item_id)
       responsibility.item_id, unit.item_id, unit.kind,
       coalesce(unit.email <> ''
                AND $1::date BETWEEN coalesce(unit.valid_from, '-infinity')
                                 AND coalesce(unit.valid_to, 'infinity'), false),
       responsibility.inferred,
       responsibility.ambiguous, responsibility.vague, responsibility.confirmed,
       responsibility.role
FROM uptake.responsibility
JOIN uptake.item ON item.item_id = responsibility.item_id
LEFT JOIN uptake.unit AS named ON named.item_id = responsibility.unit_id
LEFT JOIN uptake.unit
       ON unit.item_id = CASE WHEN named.merged_into_id IS NULL THEN named.item_id
                              ELSE uptake.successor_of(named.item_id) END
WHERE responsibility.item_id BETWEEN $2::bigint AND $3::bigint
  AND item.item_id BETWEEN $2::bigint AND $3::bigint -- else a merge of both reads all items before
  AND responsibility.role IN ('lead', 'overseer')
  AND item.kind = 'action'
  AND NOT item.retracted
  AND (item.progress IS NULL
       OR item.progress NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable'))
ORDER BY responsibility.item_id, responsibility.role, unit.item_id, responsibility.confirmed DESC,
         responsibility.ambiguous OR responsibility.vague OR responsibility.inferred,
         responsibility.ordinal
