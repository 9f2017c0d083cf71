-- SPDX-License-Identifier: Apache-2.0
-- Reminders that are due and not sent, with what desk and brake say of them, for who reads hq.
-- Parameters: $1 principal_id, $2 today, $3 after this obligation, $4 most rows.
-- Columns: obligation, policy key, policy's title, why it is held ('': it is not), recipients it may write to
-- without a word, recipient's key, code, name, has had a digest today, action's key, wording ('' if
-- restricted), last day of the cycle, step, day it was to be sent. Leans on obligation_due.
SELECT o.obligation_id, p.item_key, t.title,
       CASE WHEN o.held THEN 'the desk holds the cycle' ELSE coalesce(h.reason, '') END, coalesce(h.allowed, 0),
       r.item_key, u.code, u.name,
       EXISTS (SELECT FROM uptake.delivery l
               WHERE l.recipient_id = o.recipient_id AND l.digest_on = $2::date),
       a.item_key, CASE WHEN a.disclosure = 'restricted' THEN '' ELSE n.text END, o.cycle_on, o.step, o.send_on
FROM uptake.obligation o
JOIN uptake.item p ON p.item_id = o.policy_id
JOIN uptake.policy t ON t.item_id = o.policy_id
JOIN uptake.item r ON r.item_id = o.recipient_id
JOIN uptake.unit u ON u.item_id = o.recipient_id
JOIN uptake.item a ON a.item_id = o.subject_id
JOIN uptake.action n ON n.item_id = o.subject_id
LEFT JOIN uptake.brake_hold h ON h.policy_id = o.policy_id
WHERE o.state = 'planned'
  AND o.send_on <= $2::date
  AND o.obligation_id > $3::bigint
  AND EXISTS (SELECT FROM uptake.readable g JOIN uptake.scope s USING (scope_id)
              WHERE g.principal_id = $1::int AND s.kind = 'hq')
ORDER BY o.obligation_id
LIMIT $4::int
