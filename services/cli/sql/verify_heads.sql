-- SPDX-License-Identifier: Apache-2.0
-- Heads that do not stand where their last segment ends. Parameters: $1 scope_id or NULL.
-- Columns: invariant, place, what differs. Leans on feed_segment_pkey.
SELECT 'I5', s.name, CASE WHEN h.scope_id IS NULL THEN 'has no head'
                          ELSE 'the head says ' || h.seq || ', the segments end at '
                               || coalesce(e.last_seq, 0)
                               || CASE WHEN h.chain IS DISTINCT FROM e.chain
                                       THEN ', with another chain' ELSE '' END END
FROM uptake.scope s
LEFT JOIN uptake.feed_head h USING (scope_id)
LEFT JOIN LATERAL (
    SELECT last_seq, chain, recorded_at FROM uptake.feed_segment f
    WHERE f.scope_id = s.scope_id
    ORDER BY f.last_seq DESC LIMIT 1
) e ON true
WHERE ($1::int IS NULL OR s.scope_id = $1::int)
  AND (h.scope_id IS NULL
       OR h.seq <> coalesce(e.last_seq, 0)
       OR h.chain <> coalesce(e.chain, sha256(convert_to(s.name, 'UTF8')))
       OR h.recorded_at <> coalesce(e.recorded_at, h.recorded_at))
