-- SPDX-License-Identifier: Apache-2.0
-- What is in digests that the mail server has not taken yet. Leans on delivery_waiting, obligation_delivery.
-- Columns: policy, subject, cycle, step, recipient, day of the digest, Message-ID.
SELECT obligation.policy_id, obligation.subject_id, obligation.cycle, obligation.step,
       obligation.recipient_id, delivery.digest_on, delivery.message_id
FROM uptake.delivery
JOIN uptake.obligation USING (delivery_id)
WHERE delivery.next_attempt_at IS NOT NULL AND obligation.state = 'claimed'
ORDER BY delivery.delivery_id, obligation.obligation_id
