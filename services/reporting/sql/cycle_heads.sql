-- SPDX-License-Identifier: Apache-2.0
-- Cycles of policies, by the day they end, for who reads hq: what stands in the ledger, what the desk said.
-- Parameters: $1 principal_id, $2 policy key or NULL for the active ones and for what was mailed and has no
-- return yet, $3 first day, $4 last day, $5 known at (us since 1970) or NULL for now.
-- Columns: policy item_id, policy key, title, overseer's name, last day of the cycle (NULL: the ledger knows
-- none), first day somebody is asked, cycle item's revision (0: there is none), decision's body, decision
-- recorded at, return's body, return recorded at, body of the return before it as known then, end of the hq
-- feed (us since 1970). A return may be made again: known then is the last by then, found in the history by the
-- tag of field 50. Leans on obligation_cycle, item_document, change_pkey, change_item.
WITH ends AS (
    SELECT e.policy_id, e.cycle_on, min(e.send_on) AS first_on, bool_or(e.mailed) AS mailed
    FROM (SELECT o.policy_id, o.cycle_on, o.send_on, o.state = 'sent' AS mailed FROM uptake.obligation o
          WHERE o.cycle_on BETWEEN $3::date AND $4::date AND o.state <> 'void'
          UNION ALL
          SELECT p.item_id, right(c.item_key, 10)::date, NULL, false FROM uptake.item c
          JOIN uptake.item p ON p.item_key = 'policy:' || substr(c.item_key, 7, length(c.item_key) - 17)
          WHERE c.document = 'cycles' AND c.kind = 'cycle'
            AND right(c.item_key, 10)::date BETWEEN $3::date AND $4::date) e
    GROUP BY 1, 2
)
SELECT i.item_id, i.item_key, p.title, coalesce(u.name, ''), e.cycle_on, e.first_on, coalesce(c.revision, 0),
       decided.body, to_char(decided.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), made.body,
       to_char(made.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), before.body,
       (extract(epoch FROM h.recorded_at) * 1000000)::bigint
FROM uptake.policy p
JOIN uptake.item i USING (item_id)
JOIN uptake.feed_head h ON h.scope_id = 1
LEFT JOIN uptake.unit u ON u.item_id = p.overseer_id
LEFT JOIN ends e ON e.policy_id = p.item_id
LEFT JOIN uptake.item c
       ON c.item_key = 'cycle:' || substr(i.item_key, 8) || ':' || e.cycle_on::text AND c.kind = 'cycle'
LEFT JOIN uptake.change decided ON decided.change_id = c.group_changes[34]
LEFT JOIN uptake.change made ON made.change_id = c.group_changes[35]
LEFT JOIN LATERAL (
    SELECT m.body FROM uptake.item b JOIN uptake.change m ON m.item_id = b.item_id
    WHERE b.document = 'cycles' AND b.kind = 'cycle'
      AND m.operation = 'set' AND m.outcome IN ('committed', 'merged')
      AND position('\x9203'::bytea IN m.body) > 0
      AND left(b.item_key, -11) = 'cycle:' || substr(i.item_key, 8)
      AND right(b.item_key, 10)::date < coalesce(e.cycle_on, $4::date)
      AND ($5::bigint IS NULL OR m.recorded_at <= to_timestamp($5::bigint / 1000000.0))
    ORDER BY b.item_key DESC, m.revision DESC LIMIT 1) before ON true
WHERE EXISTS (SELECT FROM uptake.readable g JOIN uptake.scope s USING (scope_id)
              WHERE g.principal_id = $1::int AND s.kind = 'hq')
  AND CASE WHEN $2::text IS NULL
      THEN e.cycle_on IS NOT NULL AND (p.active AND NOT i.retracted OR e.mailed AND made.change_id IS NULL)
      ELSE i.item_key = $2::text END
ORDER BY e.cycle_on, i.item_key
