-- SPDX-License-Identifier: Apache-2.0
-- The ledger rows of what planning looks at. Leans on obligation_subject, delivery_pkey.
-- Items $1 to $2. Columns: policy, subject, cycle, cycle day, step, recipient, day to send, state, reason,
-- coalesced cycle, coalesced step, asked unit, rung, held, day of the digest
-- (NULL: in none), all units awaited ('': the asked one alone), day
-- before the cycle's first (NULL: it has no beginning).
SELECT obligation.policy_id, obligation.subject_id, obligation.cycle, obligation.cycle_on,
       obligation.step, obligation.recipient_id, obligation.send_on, obligation.state,
       obligation.reason, obligation.coalesced_cycle, obligation.coalesced_step,
       obligation.asked_id, obligation.rung, obligation.held,
       (SELECT digest_on FROM uptake.delivery WHERE delivery_id = obligation.delivery_id),
       coalesce(obligation.awaited::text, ''), obligation.cycle_begin_on
FROM uptake.obligation
JOIN uptake.item ON item.item_id = obligation.subject_id
WHERE obligation.subject_id BETWEEN $1::bigint AND $2::bigint
  AND item.item_id BETWEEN $1::bigint AND $2::bigint -- else a merge of both reads all items before
  AND (item.progress IS NULL
       OR item.progress NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable')
       OR obligation.state = 'planned')
