-- SPDX-License-Identifier: Apache-2.0
-- Who is asked about what in cycles that end between two days: a row per action and unit whose answer is
-- awaited. Who may ask was decided by the statement before (cycle_heads). Parameters: $1 policy item_id or NULL
-- for all, $2 first day, $3 last day, $4 register zone, $5 known at (us since 1970), $6 progress before this
-- instant (us; NULL: before the cycle), $7 first step in days, with which a cycle begins that has no beginning.
-- Columns: policy item_id, last day of the cycle, action's item_id, action's key, wording ('' if restricted),
-- document's title, office, unit's key, code, name, first day it is asked, day it was asked (NULL: not yet),
-- refused by the mail server, waits for its day, was not asked because of go-live, progress before, progress
-- then, day since which it was closed then (NULL: it was open), the policy's cycles about the action as
-- "begin:end", a blank between them, in order of end (no begin: it has no beginning). Mail to those above the
-- unit is none to the unit. Leans on obligation_cycle, obligation_subject, delivery_pkey, change_item.
WITH asked AS (
    SELECT o.policy_id, o.cycle_on, o.subject_id, o.asked_id,
           min(o.send_on) FILTER (WHERE o.rung = 'unit') AS first_on,
           min((l.sent_at AT TIME ZONE $4)::date)
               FILTER (WHERE o.rung = 'unit' AND o.state = 'sent'
                       AND l.sent_at <= to_timestamp($5::bigint / 1000000.0)) AS asked_on,
           bool_or(o.rung = 'unit' AND o.state = 'claimed' AND l.state = 'failed') AS is_refused,
           bool_or(o.rung = 'unit' AND o.state = 'planned') AS waits,
           bool_or(o.rung = 'unit' AND o.state = 'not_asked') AS not_asked
    FROM uptake.obligation o
    LEFT JOIN uptake.delivery l USING (delivery_id)
    WHERE ($1::bigint IS NULL OR o.policy_id = $1::bigint)
      AND o.cycle_on BETWEEN $2::date AND $3::date
      AND o.state <> 'void'
    GROUP BY 1, 2, 3, 4
), span AS (
    -- What may still be planned otherwise knows the cycle as the policy has it now.
    SELECT k.policy_id, k.subject_id, c.cycle_on, c.begin_on
    FROM (SELECT DISTINCT q.policy_id, q.subject_id FROM asked q) k
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (o.cycle_on) o.cycle_on, o.cycle_begin_on AS begin_on
        FROM uptake.obligation o
        WHERE o.subject_id = k.subject_id AND o.policy_id = k.policy_id AND o.state <> 'not_asked'
        ORDER BY o.cycle_on,
                 CASE WHEN o.state = 'void' THEN 2 WHEN o.state IN ('claimed', 'sent') THEN 1 ELSE 0 END,
                 o.changed_at DESC) c
), spans AS (
    SELECT s.policy_id, s.subject_id,
           string_agg(coalesce(s.begin_on::text, '') || ':' || s.cycle_on, ' ' ORDER BY s.cycle_on) AS list
    FROM span s
    GROUP BY 1, 2
)
SELECT q.policy_id, q.cycle_on, q.subject_id, a.item_key,
       CASE WHEN a.disclosure = 'restricted' THEN '' ELSE t.text END, coalesce(d.title, ''),
       coalesce(d.office, ''), r.item_key, u.code, u.name, q.first_on, q.asked_on, coalesce(q.is_refused, false),
       q.waits, q.not_asked,
       coalesce((SELECT c.progress::text FROM uptake.change c
                 WHERE c.item_id = q.subject_id AND c.operation = 'set'
                   AND c.outcome IN ('committed', 'merged')
                   AND c.recorded_at <=
                       coalesce(to_timestamp($6::bigint / 1000000.0),
                                coalesce(s.begin_on + 1, q.cycle_on + $7::int)::timestamp AT TIME ZONE $4)
                 ORDER BY c.revision DESC LIMIT 1), 'unknown'),
       coalesce(known.progress, 'unknown'),
       CASE WHEN NOT uptake.is_open(coalesce(known.progress, 'unknown')) THEN
           (SELECT (min(c.recorded_at) AT TIME ZONE $4)::date FROM uptake.change c
            WHERE c.item_id = q.subject_id AND c.operation = 'set'
              AND c.outcome IN ('committed', 'merged')
              AND c.revision > coalesce((SELECT max(b.revision) FROM uptake.change b
                                         WHERE b.item_id = q.subject_id AND b.operation = 'set'
                                           AND b.outcome IN ('committed', 'merged')
                                           AND b.revision < known.revision
                                           AND uptake.is_open(coalesce(b.progress::text, 'unknown'))), 0)) END,
       coalesce(l.list, '')
FROM asked q
JOIN uptake.item a ON a.item_id = q.subject_id
JOIN uptake.action t ON t.item_id = q.subject_id
JOIN uptake.item r ON r.item_id = q.asked_id
JOIN uptake.unit u ON u.item_id = q.asked_id
LEFT JOIN span s ON (s.policy_id, s.subject_id, s.cycle_on) = (q.policy_id, q.subject_id, q.cycle_on)
LEFT JOIN spans l ON (l.policy_id, l.subject_id) = (q.policy_id, q.subject_id)
LEFT JOIN LATERAL (
    SELECT c.progress::text AS progress, c.revision FROM uptake.change c
    WHERE c.item_id = q.subject_id AND c.operation = 'set'
      AND c.outcome IN ('committed', 'merged')
      AND c.recorded_at <= to_timestamp($5::bigint / 1000000.0)
    ORDER BY c.revision DESC LIMIT 1) known ON true
LEFT JOIN uptake.item w ON w.item_key = a.document AND w.kind = 'document'
LEFT JOIN uptake.document d ON d.item_id = w.item_id
ORDER BY q.policy_id, q.cycle_on, r.item_key, a.item_key
