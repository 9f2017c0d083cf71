-- SPDX-License-Identifier: Apache-2.0
-- Takes the obligations that are due and held neither by the desk nor by the brake, of recipients who have no
-- digest today. Rows another process holds are passed over. $1 day, $2 policies the brake holds.
-- Leans on obligation_due and delivery (recipient, day).
-- Columns: obligation, recipient, recipient's key, address.
SELECT obligation.obligation_id, obligation.recipient_id, item.item_key, unit.email
FROM uptake.obligation
JOIN uptake.item ON item.item_id = obligation.recipient_id
JOIN uptake.unit ON unit.item_id = obligation.recipient_id
WHERE obligation.state = 'planned'
  AND NOT obligation.held
  AND obligation.send_on <= $1::date
  AND obligation.policy_id <> ALL ($2::bigint[])
  AND NOT EXISTS (SELECT FROM uptake.delivery
                  WHERE delivery.recipient_id = obligation.recipient_id
                    AND delivery.digest_on = $1::date)
ORDER BY obligation.recipient_id, obligation.obligation_id
FOR UPDATE OF obligation SKIP LOCKED
