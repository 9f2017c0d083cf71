-- SPDX-License-Identifier: Apache-2.0
-- The ledger of what was asked: each question due has one delivery or one that speaks for it (I10), each mail
-- one Message-ID and a known fate (I11), no attempt overtakes a later one (I12). Parameters: none.
-- Columns: invariant, place, what differs. Reads obligation and delivery whole.
WITH question AS (
    SELECT o.*, l.state AS mail_state, l.message_id,
           p.item_key || ' ' || a.item_key || ' cycle ' || o.cycle || ' step ' || o.step || ' to ' || r.item_key
               AS what,
           'reminder:' || substr(p.item_key, 8) || ':' || a.item_key || ':' || o.cycle || ':' || o.step || ':'
               || u.code AS reminder
    FROM uptake.obligation o
    JOIN uptake.item p ON p.item_id = o.policy_id
    JOIN uptake.item a ON a.item_id = o.subject_id
    JOIN uptake.item r ON r.item_id = o.recipient_id
    JOIN uptake.unit u ON u.item_id = o.recipient_id
    LEFT JOIN uptake.delivery l USING (delivery_id)
), mail AS (
    SELECT l.*, 'mail ' || l.message_id AS what FROM uptake.delivery l
), planned AS (
    SELECT planned_on FROM uptake.workflow_cursor WHERE consumer = 'plan'
)
SELECT 'I10', min(what), 'stands in the ledger ' || count(*) || ' times' FROM question
GROUP BY policy_id, subject_id, cycle, step, recipient_id HAVING count(*) > 1
UNION ALL
SELECT 'I10', what, 'is ' || state || ', but there is no delivery of it' FROM question
WHERE state IN ('claimed', 'sent') AND mail_state IS NULL
UNION ALL
SELECT 'I10', q.what, 'is said to be spoken for by cycle ' || q.coalesced_cycle || ' step ' || q.coalesced_step
       || ', which is not there'
FROM question q
WHERE q.state = 'coalesced'
  AND NOT EXISTS (SELECT FROM uptake.obligation s
                  WHERE s.policy_id = q.policy_id AND s.subject_id = q.subject_id
                    AND s.recipient_id = q.recipient_id AND s.cycle = q.coalesced_cycle
                    AND s.step = q.coalesced_step)
UNION ALL
-- A day or two may pass: who had a digest today gets the rest in the next one.
SELECT 'I10', q.what, 'was due on ' || q.send_on || ' and waits, held by nobody'
FROM question q, planned
WHERE q.state = 'planned' AND NOT q.held AND q.send_on < planned.planned_on - 3
  AND NOT EXISTS (SELECT FROM uptake.brake_hold h WHERE h.policy_id = q.policy_id)
UNION ALL
SELECT 'I10', q.what, 'is said to be in the feed, where there is no ' || q.reminder
FROM question q
WHERE q.reminder_recorded_at IS NOT NULL AND octet_length(q.reminder) <= 200
  AND NOT EXISTS (SELECT FROM uptake.item i WHERE i.item_key = q.reminder AND i.kind = 'reminder')
UNION ALL
SELECT 'I11', q.what, 'is sent by ' || q.message_id || ', but the feed''s reminder names another mail'
FROM question q
JOIN uptake.item i ON i.item_key = q.reminder AND i.kind = 'reminder'
JOIN uptake.change c ON c.change_id = i.group_changes[13]
WHERE q.state = 'sent' AND c.body IS NOT NULL
  AND position(convert_to(q.message_id, 'UTF8') IN c.body) = 0
UNION ALL
SELECT 'I11', what, 'is in ' || mail_state || ', but the question says sent' FROM question
WHERE state = 'sent' AND mail_state <> 'sent'
UNION ALL
SELECT 'I11', m.what, 'was sent, but a question it carries is ' || q.state
FROM mail m JOIN question q USING (delivery_id) WHERE m.state = 'sent' AND q.state <> 'sent'
UNION ALL
SELECT 'I11', min(what), 'belongs to ' || count(*) || ' deliveries' FROM mail GROUP BY message_id HAVING count(*) > 1
UNION ALL
SELECT 'I11', what, 'is neither sent nor failed, and no attempt is to come' FROM mail
WHERE state IN ('claimed', 'uncertain') AND next_attempt_at IS NULL
UNION ALL
SELECT 'I11', what, 'failed without a word' FROM mail WHERE state = 'failed' AND last_error = ''
UNION ALL
SELECT 'I11', m.what, 'carries nothing' FROM mail m
WHERE NOT EXISTS (SELECT FROM uptake.obligation o WHERE o.delivery_id = m.delivery_id)
  AND NOT EXISTS (SELECT FROM uptake.desk_notice n WHERE n.delivery_id = m.delivery_id)
  AND m.state <> 'failed'                  -- its questions were taken back for another address
UNION ALL
SELECT 'I12', what, 'is ' || state || ' without an attempt' FROM mail
WHERE state IN ('sent', 'failed', 'uncertain') AND fence < 1
UNION ALL
SELECT 'I12', what, 'has ' || uncertain_attempts || ' attempts of unknown end among ' || fence FROM mail
WHERE uncertain_attempts > fence OR uncertain_attempts < 0 OR (state = 'uncertain' AND uncertain_attempts = 0)
UNION ALL
SELECT 'I12', what, 'is ' || state || ', and an attempt is under way' FROM mail
WHERE attempt_id IS NOT NULL AND state <> 'claimed'
LIMIT 100000
