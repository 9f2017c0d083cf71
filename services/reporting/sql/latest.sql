-- SPDX-License-Identifier: Apache-2.0
-- The newest entries of a feed. Parameters: $1 scope_id, $2 how many.
-- Columns: seq, operation, kind, item_key, document, sender, recorded at (us), label, body.
-- Leans on feed_segment_pkey, change_pkey.
WITH recent AS (
    SELECT s.first_seq + u.ordinal - 1 AS seq, u.change_id
    FROM (SELECT first_seq, change_ids FROM uptake.feed_segment
          WHERE scope_id = $1::int ORDER BY last_seq DESC LIMIT $2::int) s
    CROSS JOIN unnest(s.change_ids) WITH ORDINALITY AS u (change_id, ordinal)
    ORDER BY 1 DESC
    LIMIT $2::int
)
SELECT r.seq, c.operation::text, c.kind::text, i.item_key, c.document, p.name,
       (extract(epoch FROM c.recorded_at) * 1000000)::bigint,
       coalesce(a.text, m.text, d.title, u.code, y.title, g.message, n.name, s.assessor, t.name, ''),
       c.body
FROM recent r
JOIN uptake.change c USING (change_id)
JOIN uptake.item i USING (item_id)
JOIN uptake.principal p ON p.principal_id = c.sender_id
LEFT JOIN uptake.action a ON a.item_id = c.item_id
LEFT JOIN uptake.recommendation m ON m.item_id = c.item_id
LEFT JOIN uptake.document d ON d.item_id = c.item_id
LEFT JOIN uptake.unit u ON u.item_id = c.item_id
LEFT JOIN uptake.policy y ON y.item_id = c.item_id
LEFT JOIN uptake.finding g ON g.item_id = c.item_id
LEFT JOIN uptake.indicator n ON n.item_id = c.item_id
LEFT JOIN uptake.assessment s ON s.item_id = c.item_id
LEFT JOIN uptake.assessment_round t ON t.item_id = c.item_id
ORDER BY r.seq DESC
