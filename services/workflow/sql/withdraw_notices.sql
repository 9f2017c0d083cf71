-- SPDX-License-Identifier: Apache-2.0
-- What overseers were to be told by digests that were refused is told anew, once the address is another
-- or was stated again. Leans on desk_notice_delivery, delivery_failed.
DELETE FROM uptake.desk_notice
USING uptake.delivery
JOIN uptake.unit ON unit.item_id = delivery.recipient_id
JOIN uptake.item ON item.item_id = delivery.recipient_id
LEFT JOIN uptake.change AS contact ON contact.change_id = item.group_changes[11]
WHERE desk_notice.delivery_id = delivery.delivery_id
  AND delivery.state = 'failed'
  AND unit.email <> ''
  AND (unit.email <> delivery.address OR contact.recorded_at > delivery.created_at)
