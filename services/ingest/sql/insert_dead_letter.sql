-- SPDX-License-Identifier: Apache-2.0
-- A change the register could not store, whole. Parameters: $1 sender_id, $2 message_id, $3 body,
-- $4 SQLSTATE of the failure, $5 recorded_at.
INSERT INTO uptake.dead_letter (sender_id, message_id, body, sqlstate, recorded_at)
VALUES ($1::int, $2::uuid, $3, $4, $5::timestamptz)
ON CONFLICT (sender_id, message_id) DO NOTHING
