-- SPDX-License-Identifier: Apache-2.0
-- A feed's head, and what is known of the cursor a reader holds. Parameters: $1 scope_id, $2 seq.
-- Columns: epoch, seq, chain, chain at the cursor (NULL: no segment ends there), seq before the
-- oldest segment still kept. Leans on feed_segment_pkey.
SELECT replace(h.epoch::text, '-', ''), h.seq, encode(h.chain, 'hex'),
       encode(CASE WHEN $2::bigint = 0 THEN sha256(convert_to(s.name, 'UTF8'))
                   ELSE (SELECT chain FROM uptake.feed_segment
                         WHERE scope_id = $1::int AND last_seq = $2::bigint) END, 'hex'),
       coalesce((SELECT first_seq - 1 FROM uptake.feed_segment
                 WHERE scope_id = $1::int ORDER BY last_seq LIMIT 1), 0)
FROM uptake.feed_head h
JOIN uptake.scope s USING (scope_id)
WHERE h.scope_id = $1::int
