-- SPDX-License-Identifier: Apache-2.0
-- The process before this one died over that change. Parameters: $1 sender, $2 message id, $3 now.
INSERT INTO uptake.attempt AS a (sender_id, message_id, attempts, last_at)
VALUES ($1::int, $2::uuid, 1, $3::timestamptz)
ON CONFLICT (sender_id, message_id) DO UPDATE SET attempts = a.attempts + 1, last_at = excluded.last_at
