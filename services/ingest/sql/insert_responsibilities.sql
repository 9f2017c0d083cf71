-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 ordinal, $3 unit's item_id (NULL: nobody in the
-- directory), $4 name, $5 role, $6 said_by, $7 flags (1 inferred, 2 ambiguous, 4 vague, 8 confirmed).
INSERT INTO uptake.responsibility (item_id, ordinal, unit_id, name, role, said_by, inferred,
                                   ambiguous, vague, confirmed)
SELECT item_id, ordinal, unit_id, name, role::uptake.responsible_role, said_by,
       flags & 1 > 0, flags & 2 > 0, flags & 4 > 0, flags & 8 > 0
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[],
            $7::bigint[])
     AS r (item_id, ordinal, unit_id, name, role, said_by, flags)
