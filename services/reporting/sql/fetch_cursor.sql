-- SPDX-License-Identifier: Apache-2.0
-- A feed's head, what is known of the cursor a follower holds, and whether it may read the feed at all.
-- Parameters: $1 scope's name, $2 principal_id, $3 seq. Columns: scope_id, readable, epoch, seq, chain at
-- the cursor (NULL: no segment ends there), seq before the oldest segment still kept.
-- Leans on scope_name_key, read_grant_pkey, feed_segment_pkey.
SELECT s.scope_id,
       EXISTS (SELECT FROM uptake.readable r WHERE r.principal_id = $2::int AND r.scope_id = s.scope_id),
       replace(h.epoch::text, '-', ''), h.seq,
       encode(CASE WHEN $3::bigint = 0 THEN sha256(convert_to(s.name, 'UTF8'))
                   ELSE (SELECT chain FROM uptake.feed_segment f
                         WHERE f.scope_id = s.scope_id AND f.last_seq = $3::bigint) END, 'hex'),
       coalesce((SELECT first_seq - 1 FROM uptake.feed_segment f
                 WHERE f.scope_id = s.scope_id ORDER BY last_seq LIMIT 1), 0)
FROM uptake.scope s
JOIN uptake.feed_head h USING (scope_id)
WHERE s.name = $1::text
