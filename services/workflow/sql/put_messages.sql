-- SPDX-License-Identifier: Apache-2.0
-- The exact mails of an attempt, before the first byte of them goes out. What stands there stays, and
-- an attempt that was overtaken (another fence) writes nothing.
-- Arrays: $1 delivery, $2 fence, $3 mail, $4 its SHA-256. $5 attempt. Leans on delivery_pkey.
-- Columns: the deliveries that may be sent.
UPDATE uptake.delivery
SET message = given.message, message_sha256 = given.sha256
FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
     AS given (delivery_id, fence, message, sha256)
WHERE delivery.delivery_id = given.delivery_id
  AND delivery.fence = given.fence
  AND delivery.attempt_id = $5::uuid
  AND delivery.message IS NULL
RETURNING delivery.delivery_id
