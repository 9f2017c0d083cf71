-- SPDX-License-Identifier: Apache-2.0
-- What the units of a scope are asked, one row per question and cycle, whatever the steps.
-- An update is answered when workflow found it so before it had to ask, or when the unit reported after it was
-- asked and before it was asked in a later cycle: what was sent is never marked as met. A report names no unit
-- (field 8, "B") or this one, speaks not only of a time before the cycle, and was not sent back (review 2 of its
-- revision). A deadline is answered by
-- progress that ends the action. The tests on bodies are coarse: two bytes that begin a report (field 23), its
-- length, its progress.
-- Parameters: $1 scope_id, $2 unit's key (NULL: all units), $3 first day, $4 last day, $5 most rows.
-- Columns: as enum entry of api_calendar.c. Leans on item_scopes, obligation_subject, change_item.
WITH entry AS (
    SELECT p.item_key AS policy, i.item_id, i.item_key AS action, i.progress, o.cycle, r.item_key AS unit, u.name,
           o.cycle_on, y.trigger, i.disclosure = 'restricted' AS is_restricted, a.text,
           bool_or(o.state = 'met') AS is_met, count(*) FILTER (WHERE o.state = 'sent') AS sent,
           max(o.changed_at) AS changed_at, min(l.sent_at) AS asked_at,
           min(min(l.sent_at)) OVER (PARTITION BY o.policy_id, i.item_id, o.recipient_id ORDER BY o.cycle
                                     ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS asked_again_at,
           min(o.cycle_begin_on) AS begin_on
    FROM uptake.item i
    JOIN uptake.action a ON a.item_id = i.item_id
    JOIN uptake.obligation o ON o.subject_id = i.item_id
    JOIN uptake.item p ON p.item_id = o.policy_id
    JOIN uptake.policy y ON y.item_id = o.policy_id
    JOIN uptake.item r ON r.item_id = o.recipient_id
    JOIN uptake.unit u ON u.item_id = o.recipient_id
    LEFT JOIN uptake.delivery l ON l.delivery_id = o.delivery_id AND o.state = 'sent'
    WHERE i.scopes @> ARRAY[$1::int]
      AND i.kind = 'action'
      AND NOT i.retracted
      AND o.rung = 'unit'
      AND o.state IN ('planned', 'claimed', 'sent', 'coalesced', 'met')
      AND ($2::text IS NULL OR r.item_key = $2::text)
      AND o.cycle_on BETWEEN $3::date AND $4::date
    GROUP BY o.policy_id, p.item_key, i.item_id, o.cycle, o.recipient_id, r.item_key, u.name, o.cycle_on, y.trigger,
             a.text
)
SELECT e.policy, e.action, e.cycle, e.unit, e.name, e.cycle_on, e.trigger = 'deadline', e.is_restricted, e.text,
       e.is_met OR report.recorded_at IS NOT NULL
           OR (e.trigger = 'deadline' AND NOT uptake.is_open(e.progress::text)),
       e.sent, (extract(epoch FROM greatest(e.changed_at, report.recorded_at)) * 1000000)::bigint
FROM entry e
LEFT JOIN LATERAL (
    SELECT c.recorded_at
    FROM uptake.change c
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.revision < 128 THEN set_byte('\x00', 0, c.revision)
                    ELSE set_byte(set_byte('\x0000', 0, c.revision % 128 + 128), 1, c.revision / 128 % 128)
               END AS revision
    ) AS varint
    WHERE e.trigger = 'interval'
      AND c.item_id = e.item_id
      AND c.operation = 'set'
      AND c.outcome IN ('committed', 'merged')
      AND c.recorded_at > e.asked_at
      AND (e.asked_again_at IS NULL OR c.recorded_at <= e.asked_again_at)
      AND (c.reported_on IS NULL OR e.begin_on IS NULL OR c.reported_on > e.begin_on)
      AND (c.body LIKE '\x25ba015f0825'::bytea OR c.body LIKE '\x25ba015f5f0825'::bytea
           OR c.body LIKE '\x25ba015f5f5f0825'::bytea)
      AND (c.body NOT LIKE '\x25425f756e69743a25'::bytea
           OR position(convert_to('B' || chr(octet_length(e.unit)) || e.unit, 'UTF8') IN c.body) > 0)
      AND NOT EXISTS (
          SELECT FROM uptake.change v
          WHERE v.item_id = c.item_id AND v.revision > c.revision AND v.operation = 'set'
            AND v.outcome IN ('committed', 'merged') AND position('\x8a02'::bytea IN v.body) > 0
            AND position('\x080210'::bytea || varint.revision IN v.body) > 0)
    ORDER BY c.recorded_at
    LIMIT 1
) AS report ON true
ORDER BY e.cycle_on, e.action, e.policy, e.unit
LIMIT $5::int
