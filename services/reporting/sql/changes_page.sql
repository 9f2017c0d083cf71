-- SPDX-License-Identifier: Apache-2.0
-- Entries after a cursor, whole segments only: those within the page or, when the next one is longer
-- than the page, that one alone. Parameters: $1 scope_id, $2 seq, $3 entries in a page.
-- Columns: seq, operation, change_id, recorded_at, body hash, body, chain and last seq of the segment.
-- Leans on feed_segment_pkey, change_pkey.
WITH page AS MATERIALIZED (
    SELECT first_seq, last_seq, change_ids, chain, recorded_at
    FROM uptake.feed_segment
    WHERE scope_id = $1::int AND last_seq > $2::bigint AND last_seq <= $2::bigint + $3::bigint
), next AS (
    SELECT first_seq, last_seq, change_ids, chain, recorded_at
    FROM uptake.feed_segment
    WHERE scope_id = $1::int AND last_seq > $2::bigint AND NOT EXISTS (SELECT FROM page)
    ORDER BY last_seq
    LIMIT 1
)
SELECT s.first_seq + u.ordinal - 1 AS seq, c.operation::text, c.change_id,
       to_char(s.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       encode(c.body_sha256, 'hex'), c.body, encode(s.chain, 'hex'), s.last_seq
FROM (SELECT * FROM page UNION ALL SELECT * FROM next) s
CROSS JOIN unnest(s.change_ids) WITH ORDINALITY AS u (change_id, ordinal)
JOIN uptake.change c USING (change_id)
ORDER BY seq
