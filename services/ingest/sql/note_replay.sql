-- SPDX-License-Identifier: Apache-2.0
-- What became of a parked change that was tried again. Parameters: $1 sender_id, $2 message id of the
-- attempt (uuid as text), $3 outcome, $4 code. Reads the letters of the sender.
UPDATE uptake.dead_letter
SET replay_outcome = $3::uptake.outcome, replay_code = $4::text
WHERE sender_id = $1::int AND decision = 'replayed' AND replay_outcome IS NULL
  AND uptake.replay_id(message_id) = $2::uuid
