-- SPDX-License-Identifier: Apache-2.0
-- Parked changes, oldest first, for a reader of scope audit; what they say only for one who may read hq
-- too. Parameters: $1 principal_id; $2 message id (32 hex digits) or NULL; $3 waiting, replayed,
-- discarded or NULL; after this letter: $4 recorded at (us) or NULL, $5 message id, $6 sender;
-- $7 most rows.
-- Columns: message id, sender, item key, reason, SQLSTATE, attempts, recorded_at, recorded at (us),
-- state, decided by, wiped, id of the new attempt, its outcome and code, revision of the letter as an
-- item, body. Leans on item_item_key_key; reads
-- dead_letter whole.
SELECT replace(d.message_id::text, '-', ''), p.name, d.item_key, d.reason, d.sqlstate, d.attempts,
       to_char(d.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       (extract(epoch FROM d.recorded_at) * 1000000)::bigint,
       coalesce(d.decision::text, 'waiting'), d.decided_by, d.body IS NULL,
       replace(uptake.replay_id(d.message_id)::text, '-', ''),
       d.replay_outcome::text, d.replay_code, coalesce(i.revision, 0),
       CASE WHEN EXISTS (SELECT FROM uptake.readable g
                         WHERE g.principal_id = $1::int AND g.scope_id = 1) THEN d.body END
FROM uptake.dead_letter d
JOIN uptake.principal p ON p.principal_id = d.sender_id
LEFT JOIN uptake.item i ON i.item_key = 'dead-letter:' || replace(d.message_id::text, '-', '')
WHERE ($2::text IS NULL OR d.message_id = $2::text::uuid)
  AND ($3::text IS NULL OR coalesce(d.decision::text, 'waiting') = $3::text)
  AND ($4::bigint IS NULL
       OR ((extract(epoch FROM d.recorded_at) * 1000000)::bigint, d.message_id, p.name)
          > ($4::bigint, $5::text::uuid, $6::text))
ORDER BY 8, d.message_id, p.name
LIMIT $7::int
