-- SPDX-License-Identifier: Apache-2.0
-- A change the register could not store, whole. Parameters: $1 sender_id, $2 message_id, $3 body,
-- $4 SQLSTATE of the failure, $5 recorded_at, $6 key of the item it is about, $7 why, $8 how
-- often it was tried.
INSERT INTO uptake.dead_letter (sender_id, message_id, body, sqlstate, recorded_at, item_key,
                                reason, attempts)
VALUES ($1::int, $2::uuid, $3, $4, $5::timestamptz, $6::text, $7::text, $8::int)
ON CONFLICT (sender_id, message_id) DO NOTHING
