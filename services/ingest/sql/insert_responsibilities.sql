-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 action's item_id; parallel arrays $2 ordinal, $3 unit key (empty: nobody in the
-- directory), $4 name, $5 role, $6 said_by, $7 flags (1 inferred, 2 ambiguous, 4 vague,
-- 8 confirmed).
INSERT INTO uptake.responsibility (action_id, ordinal, unit_id, name, role, said_by, inferred,
                                   ambiguous, vague, confirmed)
SELECT $1::bigint, r.ordinal, i.item_id, r.name, r.role::uptake.responsible_role, r.said_by,
       r.flags & 1 > 0, r.flags & 2 > 0, r.flags & 4 > 0, r.flags & 8 > 0
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
     AS r (ordinal, unit_key, name, role, said_by, flags)
LEFT JOIN uptake.item i ON i.item_key = r.unit_key
