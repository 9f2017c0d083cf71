-- SPDX-License-Identifier: Apache-2.0
-- What became of a change that a form sent. Parameters: $1 message id as 32 hexadecimal digits, or NULL,
-- $2 sender, $3 and $4 keys of the action and of the finding about it: no other is shown. Columns: recorded_at (us), body. No row: not recorded (yet).
-- Leans on principal_name_key, change_sender_id_message_id_key.
SELECT (extract(epoch FROM c.recorded_at) * 1000000)::bigint, c.body
FROM uptake.change c
JOIN uptake.principal p ON p.principal_id = c.sender_id
JOIN uptake.item i ON i.item_id = c.item_id AND i.item_key IN ($3::text, $4::text)
WHERE p.name = $2::text AND c.message_id = $1::uuid
