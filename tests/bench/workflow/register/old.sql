-- SPDX-License-Identifier: Apache-2.0
-- A long past: cycles :first to :last, four steps each, of every action, asked by a policy that is no longer
-- active and answered. Parameters: :first, :last.
INSERT INTO uptake.obligation (policy_id, subject_id, cycle, cycle_on, step, recipient_id, send_on, state, reason,
                               changed_at, asked_id, rung, held, cycle_begin_on)
SELECT p.item_id, r.item_id, c.cycle, d.day, s.step, r.unit_id, d.day + s.step, 'met',
       'the unit submitted an update', '2026-01-01', r.unit_id, 'unit', false,
       d.day - 180
FROM generate_series(:first::int, :last::int) AS c (cycle)
CROSS JOIN LATERAL (SELECT '2026-01-31'::date - 180 * (:last::int - c.cycle)) AS d (day)
CROSS JOIN uptake.responsibility r
CROSS JOIN (VALUES (-30), (-7), (0), (14)) AS s (step)
JOIN uptake.item p ON p.item_key = 'policy:old'
WHERE r.role = 'lead'
ORDER BY r.item_id, c.cycle, s.step;
