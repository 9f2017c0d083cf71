-- SPDX-License-Identifier: Apache-2.0
-- One new segment at the end of each scope's feed. The chain is computed under the head's lock.
-- Parameters: parallel arrays $1 scope_id, $2 entries, $3 offset of the first in $5, $4 the entry
-- hashes in a row; $5 change ids of all segments; $6 recorded_at at least.
-- Columns: scope name, seq of the head now. Leans on feed_head_pkey.
WITH segment AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])
        AS s (scope_id, n, first, hashes)
), head AS (
    UPDATE uptake.feed_head f
    SET seq = f.seq + s.n,
        chain = sha256(f.chain || s.hashes),
        recorded_at = greatest($6::timestamptz, f.recorded_at + interval '1 microsecond')
    FROM segment s
    WHERE f.scope_id = s.scope_id
    RETURNING f.scope_id, f.seq, f.chain, f.recorded_at, s.n, s.first
), written AS (
    INSERT INTO uptake.feed_segment (scope_id, first_seq, last_seq, change_ids, chain, recorded_at)
    SELECT scope_id, seq - n + 1, seq, ($5::bigint[])[first + 1:first + n], chain, recorded_at
    FROM head
)
SELECT s.name, h.seq FROM head h JOIN uptake.scope s USING (scope_id)
