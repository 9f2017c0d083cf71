-- SPDX-License-Identifier: Apache-2.0
-- Changes that killed the process looking at them too often, the latest first. Parameters: $1 how often,
-- $2 at most so many. Columns: sender_id, message_id (hex), attempts.
SELECT sender_id, replace(message_id::text, '-', ''), attempts
FROM uptake.attempt
WHERE attempts >= $1::int
ORDER BY last_at DESC, sender_id, message_id
LIMIT $2::int
