-- SPDX-License-Identifier: Apache-2.0
-- A parked change, locked: two decisions about it are taken one after the other.
-- Parameters: $1 name of its sender, $2 message id (uuid as text).
-- Columns: sender_id, settled, wiped. Leans on principal_name_key, dead_letter_pkey.
SELECT d.sender_id, d.decision IS NOT NULL, d.body IS NULL
FROM uptake.dead_letter d
JOIN uptake.principal p ON p.principal_id = d.sender_id
WHERE p.name = $1::text AND d.message_id = $2::uuid
FOR NO KEY UPDATE OF d
