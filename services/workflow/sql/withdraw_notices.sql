-- SPDX-License-Identifier: Apache-2.0
-- What overseers were to be told by digests that were refused is told anew, once the address is another.
-- Leans on desk_notice's delivery, delivery_pkey.
DELETE FROM uptake.desk_notice
USING uptake.delivery
JOIN uptake.unit ON unit.item_id = delivery.recipient_id
WHERE desk_notice.delivery_id = delivery.delivery_id
  AND delivery.state = 'failed'
  AND unit.email NOT IN ('', delivery.address)
