-- SPDX-License-Identifier: Apache-2.0
-- The deliveries of an attempt that were composed before: to be sent again as the same bytes.
-- $1 attempt. Leans on delivery_attempt.
-- Columns: delivery, fence, address, the mail, its SHA-256, attempts of unknown outcome, microseconds
-- since 1970 of the claim.
SELECT delivery_id, fence, address, message, message_sha256, uncertain_attempts,
       (extract(epoch FROM created_at) * 1000000)::bigint
FROM uptake.delivery
WHERE attempt_id = $1::uuid AND message IS NOT NULL
ORDER BY delivery_id
