-- SPDX-License-Identifier: Apache-2.0
-- Reminders that were sent and are not in the feed yet, oldest first. One that was refused is tried
-- again after the program was started anew. $1 start of the program, $2 most.
-- Leans on obligation_unrecorded.
-- Columns: obligation, policy key, action key, document, cycle, step, recipient's key, recipient's
-- code, cycle day, Message-ID.
SELECT obligation.obligation_id, policy_item.item_key, action_item.item_key, action_item.document,
       obligation.cycle, obligation.step, recipient_item.item_key, recipient.code,
       obligation.cycle_on, delivery.message_id
FROM uptake.obligation
JOIN uptake.delivery USING (delivery_id)
JOIN uptake.item AS policy_item ON policy_item.item_id = obligation.policy_id
JOIN uptake.item AS action_item ON action_item.item_id = obligation.subject_id
JOIN uptake.item AS recipient_item ON recipient_item.item_id = obligation.recipient_id
JOIN uptake.unit AS recipient ON recipient.item_id = obligation.recipient_id
WHERE obligation.state = 'sent'
  AND obligation.reminder_recorded_at IS NULL
  AND (obligation.reminder_refused_at IS NULL
       OR obligation.reminder_refused_at < $1::timestamptz)
ORDER BY obligation.obligation_id
LIMIT $2::bigint
