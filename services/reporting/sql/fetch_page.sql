-- SPDX-License-Identifier: Apache-2.0
-- Entries after a cursor, of a scope that the principal may read: whole segments, one after the other
-- until the next would be too much, but at least one.
-- Parameters: $1 scope's name, $2 principal_id, $3 seq, $4 bytes, $5 most segments.
-- Columns: first_seq, last_seq, chain and microseconds of the segment; operation, body, body hash and
-- revision of the entry. 56 bytes is the most an entry takes besides its body, 80 a segment.
-- Leans on scope_name_key, read_grant_pkey, feed_segment_pkey, change_pkey.
WITH RECURSIVE feed AS MATERIALIZED (
    SELECT s.scope_id
    FROM uptake.scope s
    JOIN uptake.readable r USING (scope_id)
    WHERE s.name = $1::text AND r.principal_id = $2::int
), taken AS (
    (SELECT f.scope_id, f.first_seq, f.last_seq, f.change_ids, f.chain, f.recorded_at, 1 AS n,
            80 + (SELECT sum(coalesce(octet_length(c.body), 0) + 56) FROM uptake.change c
                  WHERE c.change_id = ANY (f.change_ids)) AS bytes
     FROM feed JOIN uptake.feed_segment f USING (scope_id)
     WHERE f.last_seq > $3::bigint
     ORDER BY f.last_seq
     LIMIT 1)
    UNION ALL
    SELECT t.scope_id, f.first_seq, f.last_seq, f.change_ids, f.chain, f.recorded_at, t.n + 1,
           t.bytes + f.bytes
    FROM taken t
    CROSS JOIN LATERAL (
        SELECT s.*,
               80 + (SELECT sum(coalesce(octet_length(c.body), 0) + 56) FROM uptake.change c
                     WHERE c.change_id = ANY (s.change_ids)) AS bytes
        FROM uptake.feed_segment s
        WHERE s.scope_id = t.scope_id AND s.last_seq > t.last_seq
        ORDER BY s.last_seq
        LIMIT 1) f
    WHERE t.bytes + f.bytes <= $4::bigint AND t.n < $5::int
)
SELECT t.first_seq, t.last_seq, encode(t.chain, 'hex'),
       (extract(epoch FROM t.recorded_at) * 1000000)::bigint, c.operation::text, c.body,
       encode(c.body_sha256, 'hex'), c.revision
FROM taken t
CROSS JOIN unnest(t.change_ids) WITH ORDINALITY AS u (change_id, ordinal)
JOIN uptake.change c USING (change_id)
ORDER BY t.last_seq, u.ordinal
