-- SPDX-License-Identifier: Apache-2.0
-- The feeds to be checked. Parameters: $1 scope's name, or NULL: all. Columns: scope_id, name, the last
-- seq that the head or a segment claims. Leans on feed_segment_pkey.
SELECT s.scope_id, s.name,
       greatest(h.seq, (SELECT max(last_seq) FROM uptake.feed_segment f
                        WHERE f.scope_id = s.scope_id), 0)
FROM uptake.scope s
LEFT JOIN uptake.feed_head h USING (scope_id)
WHERE $1::text IS NULL OR s.name = $1::text
ORDER BY s.scope_id
