-- SPDX-License-Identifier: Apache-2.0
-- New segments at the end of each scope's feed. Runs after lock_hq, in a snapshot of its own: every
-- writer holds that lock, so the heads read here are the newest there are.
-- Parameters: one element per segment, those of a scope in order: $1 scope_id, $2 entries, $3 offset
-- of the first in $5, $4 the entry hashes in a row; $5 change ids of all segments; $6 recorded_at at
-- least. Columns: scope name, seq of the head now, of hq if it moved, else of some scope that did.
-- Leans on feed_head_pkey.
WITH segment AS MATERIALIZED (
    SELECT s.scope_id, s.n, s.first,
           row_number() OVER w AS ordinal,
           lead(s.n) OVER w IS NULL AS is_last,
           f.seq + sum(s.n) OVER w AS last_seq,
           uptake.chain_through(f.chain, s.hashes) OVER w AS chain,
           greatest($6::timestamptz, f.recorded_at + interval '1 microsecond') AS recorded_at
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[]) WITH ORDINALITY
         AS s (scope_id, n, first, hashes, place)
    JOIN uptake.feed_head f USING (scope_id)
    WINDOW w AS (PARTITION BY s.scope_id ORDER BY s.place)
), written AS (
    INSERT INTO uptake.feed_segment (scope_id, first_seq, last_seq, change_ids, chain, recorded_at)
    SELECT scope_id, last_seq - n + 1, last_seq, ($5::bigint[])[first + 1:first + n], chain,
           recorded_at + (ordinal - 1) * interval '1 microsecond'
    FROM segment
), head AS (
    UPDATE uptake.feed_head f
    SET seq = s.last_seq, chain = s.chain,
        recorded_at = s.recorded_at + (s.ordinal - 1) * interval '1 microsecond'
    FROM segment s
    WHERE f.scope_id = s.scope_id AND s.is_last
    RETURNING f.scope_id, f.seq
)
SELECT s.name, h.seq FROM head h JOIN uptake.scope s USING (scope_id) ORDER BY h.scope_id LIMIT 1
