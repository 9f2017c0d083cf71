-- SPDX-License-Identifier: Apache-2.0
-- New segments at the end of each scope's feed. Runs after lock_hq, in a snapshot of its own: every
-- writer holds that lock, so the heads read here are the newest there are.
-- Parameters: one element per segment, those of a scope in order: $1 scope_id, $2 entries, $3 offset
-- of the first in $5, $4 the entry hashes in a row; $5 change ids of all segments; $6 recorded_at at
-- least; $7 how many segments its scope gets. Columns: scope name, seq of the head now, of hq if it
-- moved, else of some scope that did. Leans on feed_head_pkey.
WITH given AS MATERIALIZED (
    SELECT s.*, f.seq, f.chain AS head,
           greatest($6::timestamptz, f.recorded_at + interval '1 microsecond') AS recorded_at
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $7::bigint[]) WITH ORDINALITY
         AS s (scope_id, n, first, hashes, together, place)
    JOIN uptake.feed_head f USING (scope_id)
), segment AS MATERIALIZED (
    -- Most scopes get one segment; a row of them needs the chain of the one before.
    SELECT scope_id, n, first, 1 AS ordinal, true AS is_last, seq + n AS last_seq,
           sha256(head || hashes) AS chain, recorded_at
    FROM given WHERE together = 1
    UNION ALL
    SELECT scope_id, n, first, row_number() OVER w, row_number() OVER w = together,
           seq + sum(n) OVER w, uptake.chain_through(head, hashes) OVER w, recorded_at
    FROM given WHERE together > 1
    WINDOW w AS (PARTITION BY scope_id ORDER BY place)
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
