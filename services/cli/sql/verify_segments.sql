-- SPDX-License-Identifier: Apache-2.0
-- Segments of a feed that do not continue the one before. hq and audit are the chains of audit.
-- Parameters: last seqs $1 (exclusive) to $2; $3 scope_id.
-- Columns: invariant, place, what differs. Leans on feed_segment_pkey, change_pkey.
WITH segment AS MATERIALIZED (
    SELECT n.name, n.kind, s.first_seq, s.last_seq, s.change_ids, s.chain, s.recorded_at,
           coalesce(b.last_seq, 0) AS before_seq, b.recorded_at AS before_at,
           coalesce(b.chain, sha256(convert_to(n.name, 'UTF8'))) AS before_chain
    FROM uptake.feed_segment s
    JOIN uptake.scope n USING (scope_id)
    LEFT JOIN LATERAL (
        SELECT e.last_seq, e.chain, e.recorded_at
        FROM uptake.feed_segment e
        WHERE e.scope_id = s.scope_id AND e.last_seq < s.last_seq
        ORDER BY e.last_seq DESC
        LIMIT 1
    ) b ON true
    WHERE s.scope_id = $3::int AND s.last_seq > $1::bigint AND s.last_seq <= $2::bigint
)
SELECT 'I5', name || ' at ' || last_seq, 'begins at ' || first_seq || ', the one before ends at '
                                         || before_seq
FROM segment WHERE first_seq <> before_seq + 1
UNION ALL
SELECT 'I5', name || ' at ' || last_seq, 'holds ' || cardinality(change_ids) || ' entries from '
                                         || first_seq
FROM segment WHERE cardinality(change_ids) <> last_seq - first_seq + 1
UNION ALL
SELECT 'I5', name || ' at ' || last_seq, 'was not recorded later than the one before'
FROM segment WHERE recorded_at <= before_at
UNION ALL
SELECT CASE WHEN kind IN ('hq', 'audit') THEN 'I13' ELSE 'I5' END, name || ' at ' || last_seq,
       'its chain is not that of its entries'
FROM segment
WHERE chain IS DISTINCT FROM (
    SELECT sha256(before_chain || coalesce(string_agg(c.body_sha256, ''::bytea ORDER BY u.ordinal), ''))
    FROM unnest(change_ids) WITH ORDINALITY AS u (change_id, ordinal)
    JOIN uptake.change c USING (change_id))
