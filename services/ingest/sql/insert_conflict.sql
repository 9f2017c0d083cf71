-- SPDX-License-Identifier: Apache-2.0
-- The version that lost, whole, for a person to decide. Parameters: $1 sender_id, $2 message_id,
-- $3 item_id, $4 base_revision, $5 current_revision, $6 body, $7 recorded_at.
INSERT INTO uptake.conflict (sender_id, message_id, item_id, base_revision, current_revision,
                             body, recorded_at)
VALUES ($1::int, $2::uuid, $3::bigint, $4::int, $5::int, $6, $7::timestamptz)
ON CONFLICT (sender_id, message_id) DO NOTHING
