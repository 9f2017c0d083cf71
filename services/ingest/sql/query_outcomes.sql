-- SPDX-License-Identifier: Apache-2.0
-- What became of a sender's messages, where that is final. Parameters: $1 sender_id, $2 message ids
-- (uuid as text). Columns: ordinal (from 1), outcome, revision, code, place, remedy.
-- Leans on the unique keys of change and refusal.
SELECT m.ordinal, c.outcome::text, c.revision, '', '', ''
FROM unnest($2::text[]) WITH ORDINALITY AS m (message_id, ordinal)
JOIN uptake.change c ON c.sender_id = $1::int AND c.message_id = m.message_id::uuid
UNION ALL
SELECT m.ordinal, r.outcome::text, r.revision, r.code, r.place, r.remedy
FROM unnest($2::text[]) WITH ORDINALITY AS m (message_id, ordinal)
JOIN uptake.refusal r ON r.sender_id = $1::int AND r.message_id = m.message_id::uuid
WHERE NOT EXISTS (SELECT FROM uptake.change c
                  WHERE c.sender_id = r.sender_id AND c.message_id = r.message_id)
  AND r.code NOT IN ('NOT_GRANTED', 'GROUP_NOT_OWNED', 'SCOPE_UNKNOWN')
