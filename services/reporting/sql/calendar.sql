-- SPDX-License-Identifier: Apache-2.0
-- What the units of a scope are asked, one row per question and cycle, whatever the steps.
-- Parameters: $1 scope_id, $2 unit's key (NULL: all units), $3 first day, $4 last day, $5 most rows.
-- Columns: as enum entry of api_calendar.c. Leans on item_scopes, obligation_subject.
SELECT p.item_key, i.item_key, o.cycle, r.item_key, u.name, o.cycle_on, l.trigger = 'deadline',
       i.disclosure = 'restricted', a.text, bool_or(o.state = 'met'),
       count(*) FILTER (WHERE o.state = 'sent'),
       (extract(epoch FROM max(o.changed_at)) * 1000000)::bigint
FROM uptake.item i
JOIN uptake.action a ON a.item_id = i.item_id
JOIN uptake.obligation o ON o.subject_id = i.item_id
JOIN uptake.item p ON p.item_id = o.policy_id
JOIN uptake.policy l ON l.item_id = o.policy_id
JOIN uptake.item r ON r.item_id = o.recipient_id
JOIN uptake.unit u ON u.item_id = o.recipient_id
WHERE i.scopes @> ARRAY[$1::int]
  AND i.kind = 'action'
  AND NOT i.retracted
  AND o.rung = 'unit'
  AND o.state IN ('planned', 'claimed', 'sent', 'coalesced', 'met')
  AND ($2::text IS NULL OR r.item_key = $2::text)
  AND o.cycle_on BETWEEN $3::date AND $4::date
GROUP BY p.item_key, i.item_id, o.cycle, r.item_key, u.name, o.cycle_on, l.trigger, a.text
ORDER BY o.cycle_on, i.item_key, p.item_key, r.item_key
LIMIT $5::int
