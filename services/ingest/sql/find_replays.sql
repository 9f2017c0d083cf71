-- SPDX-License-Identifier: Apache-2.0
-- Parked changes that are to be tried again and have no outcome of that yet. Parameters: $1 most rows.
-- Columns: sender_id, message id of the new attempt (32 hex digits), body. Reads dead_letter whole.
SELECT sender_id, replace(uptake.replay_id(message_id)::text, '-', ''), body
FROM uptake.dead_letter
WHERE decision = 'replayed' AND replay_outcome IS NULL AND body IS NOT NULL
ORDER BY recorded_at
LIMIT $1::int
