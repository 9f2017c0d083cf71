-- SPDX-License-Identifier: Apache-2.0
-- Who has a digest already, from a day on. $1 day. Columns: recipient, day.
SELECT recipient_id, digest_on
FROM uptake.delivery
WHERE digest_on >= $1::date
ORDER BY recipient_id, digest_on
