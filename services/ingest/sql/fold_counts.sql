-- SPDX-License-Identifier: Apache-2.0
-- Folds progress reports into the counts, oldest first, so that a reader has few of them to add up. The
-- row of the cursor is locked first: two processes never fold the same.
-- Parameters: $1 most entries of hq. Columns: entries folded.
WITH span AS MATERIALIZED (
    SELECT r.folded_seq AS after_seq,
           (SELECT max(p.last_seq)
            FROM (SELECT s.last_seq FROM uptake.feed_segment s
                  WHERE s.scope_id = 1 AND s.last_seq > r.folded_seq
                    AND s.last_seq <= r.folded_seq + $1::bigint) p) AS to_seq
    FROM uptake.rollup_cursor r
    FOR UPDATE
), folded AS (
    INSERT INTO uptake.rollup AS r (scope_id, kind, addressee, position_word, progress_word, due_on, n)
    SELECT c.scope_id, 'action'::uptake.item_kind, c.addressee, '', m.progress::text, coalesce(c.due_on, 'infinity'),
           sum(m.sign * c.n)
    FROM span s
    CROSS JOIN LATERAL uptake.reports_counted(s.after_seq, s.to_seq) c
    CROSS JOIN LATERAL (VALUES (c.progress_before, -1), (c.progress, 1)) AS m (progress, sign)
    GROUP BY c.scope_id, c.addressee, c.due_on, m.progress
    HAVING sum(m.sign * c.n) <> 0
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (scope_id, kind, addressee, position_word, progress_word, due_on)
    DO UPDATE SET n = r.n + excluded.n
)
UPDATE uptake.rollup_cursor c
SET folded_seq = s.to_seq
FROM span s
WHERE s.to_seq > s.after_seq
RETURNING s.to_seq - s.after_seq
