-- SPDX-License-Identifier: Apache-2.0
-- What was decided about a parked change, locked before. Parameters: $1 sender_id, $2 message id
-- (uuid as text), $3 decision, $4 by whom. Leans on dead_letter_pkey.
UPDATE uptake.dead_letter
SET decision = $3::uptake.dead_letter_word, decided_by = $4::text
WHERE sender_id = $1::int AND message_id = $2::uuid
