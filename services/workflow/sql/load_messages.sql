-- SPDX-License-Identifier: Apache-2.0
-- The deliveries of an attempt that were composed before: to be sent again as the same bytes.
-- $1 attempt. Leans on delivery_attempt.
-- Columns: delivery, fence, address, the mail, its SHA-256.
SELECT delivery_id, fence, address, message, message_sha256
FROM uptake.delivery
WHERE attempt_id = $1::uuid AND message IS NOT NULL
ORDER BY delivery_id
