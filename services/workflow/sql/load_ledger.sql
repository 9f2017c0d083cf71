-- SPDX-License-Identifier: Apache-2.0
-- The ledger rows of what planning looks at. Leans on obligation_subject, delivery_pkey.
-- Items $1 to $2. Columns: policy, subject, cycle, cycle day, step, recipient, day to send, state, reason,
-- coalesced cycle, coalesced step, asked unit, rung, held, day of the digest
-- (NULL: in none).
SELECT obligation.policy_id, obligation.subject_id, obligation.cycle, obligation.cycle_on,
       obligation.step, obligation.recipient_id, obligation.send_on, obligation.state,
       obligation.reason, obligation.coalesced_cycle, obligation.coalesced_step,
       obligation.asked_id, obligation.rung, obligation.held, delivery.digest_on
FROM uptake.obligation
LEFT JOIN uptake.delivery USING (delivery_id)
JOIN uptake.item ON item.item_id = obligation.subject_id
WHERE obligation.subject_id BETWEEN $1::bigint AND $2::bigint
  AND (item.progress IS NULL
       OR item.progress NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable')
       OR obligation.state = 'planned')
