-- SPDX-License-Identifier: Apache-2.0
-- Which of these messages were settled before, and how: dedupe.
-- Parameters: $1 sender ids, $2 message ids, same order.
-- Columns: ordinal (from 1), body_sha256, outcome, revision, code, place, remedy.
-- A refusal for want of a right or of a scope is kept for the record alone: those come, so it is judged
-- again.
-- Runs after lock_items: while that waited, an older attempt may have committed, and this statement
-- then sees it. Leans on the unique keys of change and refusal.
SELECT m.ordinal, c.body_sha256, c.outcome::text, c.revision, '', '', ''
FROM unnest($1::bigint[], $2::uuid[]) WITH ORDINALITY AS m (sender_id, message_id, ordinal)
JOIN uptake.change c ON c.sender_id = m.sender_id AND c.message_id = m.message_id
UNION ALL
SELECT m.ordinal, r.body_sha256, r.outcome::text, r.revision, r.code, r.place, r.remedy
FROM unnest($1::bigint[], $2::uuid[]) WITH ORDINALITY AS m (sender_id, message_id, ordinal)
JOIN uptake.refusal r ON r.sender_id = m.sender_id AND r.message_id = m.message_id
WHERE NOT EXISTS (SELECT FROM uptake.change c
                  WHERE c.sender_id = r.sender_id AND c.message_id = r.message_id)
  AND r.code NOT IN ('NOT_GRANTED', 'GROUP_NOT_OWNED', 'SCOPE_UNKNOWN')
