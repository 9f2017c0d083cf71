-- SPDX-License-Identifier: Apache-2.0
-- Parked changes and their letters that do not fit each other. Parameters: none.
-- Columns: invariant, place, what differs. Reads refusal and dead_letter whole.
WITH letter AS (
    SELECT d.*, p.name || ' ' || replace(d.message_id::text, '-', '') AS whose
    FROM uptake.dead_letter d LEFT JOIN uptake.principal p ON p.principal_id = d.sender_id
), parked AS (
    SELECT r.*, p.name || ' ' || replace(r.message_id::text, '-', '') AS whose
    FROM uptake.refusal r LEFT JOIN uptake.principal p ON p.principal_id = r.sender_id
    WHERE r.outcome = 'parked'
)
SELECT 'I15', whose, 'was parked without a reason' FROM letter WHERE reason = ''
UNION ALL
SELECT 'I15', whose, 'was parked after ' || attempts || ' attempts; 1 to 3 there may be'
FROM letter WHERE attempts NOT BETWEEN 1 AND 3
UNION ALL
SELECT 'I15', r.whose, 'was answered parked, but there is no letter'
FROM parked r
WHERE NOT EXISTS (SELECT FROM uptake.dead_letter d
                  WHERE d.sender_id = r.sender_id AND d.message_id = r.message_id)
UNION ALL
SELECT 'I15', d.whose, 'is a letter, but its sender was not told parked'
FROM letter d
WHERE NOT EXISTS (SELECT FROM parked r
                  WHERE d.sender_id = r.sender_id AND d.message_id = r.message_id)
UNION ALL
SELECT 'I15', d.whose, 'was ' || d.decision || ', but no change says so'
FROM letter d
WHERE d.decision IS NOT NULL
  AND NOT EXISTS (SELECT FROM uptake.item i
                  WHERE i.item_key = 'dead-letter:' || replace(d.message_id::text, '-', ''))
LIMIT 100000
