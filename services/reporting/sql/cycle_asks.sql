-- SPDX-License-Identifier: Apache-2.0
-- Who is asked about what in cycles that end between two days: a row per action and unit whose answer is awaited. Who may ask
-- was decided by the statement before (cycle_heads). Parameters: $1 policy item_id or NULL for all, $2 first
-- day, $3 last day, $4 register zone, $5 known at (us since 1970), $6 progress before this instant (us).
-- Columns: policy item_id, last day of the cycle, action's item_id, action's key, wording ('' if restricted),
-- document's title, office, unit's key, code, name, first day it is asked, day it was asked (NULL: not yet),
-- refused by the mail server, waits for its day, was not asked because of go-live, end of the cycle before
-- (NULL: none in the ledger), progress then, progress now, keys of the unit and of those whose work it took
-- over, a line each. Leans on obligation_cycle, obligation_subject,
-- delivery_pkey, change_item.
SELECT o.policy_id, o.cycle_on, o.subject_id, a.item_key,
       CASE WHEN a.disclosure = 'restricted' THEN '' ELSE t.text END, coalesce(d.title, ''),
       coalesce(d.office, ''), r.item_key, u.code, u.name, min(o.send_on),
       min((l.sent_at AT TIME ZONE $4)::date)
           FILTER (WHERE o.state = 'sent' AND l.sent_at <= to_timestamp($5::bigint / 1000000.0)),
       bool_or(o.state = 'claimed' AND l.state = 'failed'), bool_or(o.state = 'planned'),
       bool_or(o.state = 'not_asked'),
       (SELECT max(b.cycle_on) FROM uptake.obligation b
        WHERE b.subject_id = o.subject_id AND b.policy_id = o.policy_id AND b.cycle_on < o.cycle_on),
       coalesce((SELECT c.progress::text FROM uptake.change c
                 WHERE c.item_id = o.subject_id AND c.operation = 'set'
                   AND c.outcome IN ('committed', 'merged')
                   AND c.recorded_at <= to_timestamp($6::bigint / 1000000.0)
                 ORDER BY c.revision DESC LIMIT 1), 'unknown'),
       coalesce((SELECT c.progress::text FROM uptake.change c
                 WHERE c.item_id = o.subject_id AND c.operation = 'set'
                   AND c.outcome IN ('committed', 'merged')
                   AND c.recorded_at <= to_timestamp($5::bigint / 1000000.0)
                 ORDER BY c.revision DESC LIMIT 1), 'unknown'),
       (SELECT string_agg(i.item_key, E'\n' ORDER BY i.item_key)
        FROM uptake.unit AS x
        JOIN uptake.item AS i USING (item_id)
        WHERE x.item_id = o.asked_id
           OR (x.merged_into_id IS NOT NULL AND uptake.successor_of(x.item_id) = o.asked_id))
FROM uptake.obligation o
JOIN uptake.item a ON a.item_id = o.subject_id
JOIN uptake.action t ON t.item_id = o.subject_id
JOIN uptake.item r ON r.item_id = o.asked_id
JOIN uptake.unit u ON u.item_id = o.asked_id
LEFT JOIN uptake.delivery l USING (delivery_id)
LEFT JOIN uptake.item w ON w.item_key = a.document AND w.kind = 'document'
LEFT JOIN uptake.document d ON d.item_id = w.item_id
WHERE ($1::bigint IS NULL OR o.policy_id = $1::bigint)
  AND o.cycle_on BETWEEN $2::date AND $3::date
  AND o.state <> 'void'
GROUP BY o.policy_id, o.cycle_on, o.subject_id, o.asked_id, a.item_key, a.disclosure, t.text, d.title, d.office,
         r.item_key, u.code, u.name
ORDER BY o.policy_id, o.cycle_on, r.item_key, a.item_key
