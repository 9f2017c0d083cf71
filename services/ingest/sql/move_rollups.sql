-- SPDX-License-Identifier: Apache-2.0
-- Adds to the counts, in the order of their keys as the sweeper does, so that nobody waits in a ring.
-- Parameters: parallel arrays $1 scope_id, $2 kind, $3 addressee, $4 position word, $5 progress
-- word, $6 due_on, $7 difference.
INSERT INTO uptake.rollup AS r (scope_id, kind, addressee, position_word, progress_word, due_on, n)
SELECT scope_id, kind::uptake.item_kind, addressee::uptake.addressee, position_word, progress_word,
       due_on::date, n
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
     AS d (scope_id, kind, addressee, position_word, progress_word, due_on, n)
ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (scope_id, kind, addressee, position_word, progress_word, due_on)
DO UPDATE SET n = r.n + excluded.n
