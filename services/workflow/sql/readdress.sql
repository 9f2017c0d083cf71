-- SPDX-License-Identifier: Apache-2.0
-- Takes obligations back from digests that were refused, once the recipient's address is another.
-- $1 reason, $2 :now. Leans on obligation_delivery.
UPDATE uptake.obligation
SET state = 'planned', delivery_id = NULL, reason = $1, changed_at = $2::timestamptz
FROM uptake.delivery
JOIN uptake.unit ON unit.item_id = delivery.recipient_id
WHERE obligation.delivery_id = delivery.delivery_id
  AND obligation.state = 'claimed'
  AND delivery.state = 'failed'
  AND unit.email NOT IN ('', delivery.address)
