-- SPDX-License-Identifier: Apache-2.0
-- What the deliveries of an attempt tell an overseer, of those that were not composed yet. $1 attempt.
-- Columns: delivery, fence, Message-ID, address, recipient's key, its name, day, microseconds since 1970 of
-- the claim, the recipient's language, policy key, its title, last day of the cycle, occasion, first day
-- somebody is asked, actions, units, responsibilities to settle, body with the return (NULL: none).
-- Of the documents that the cycle asks about; where it can ask nobody at all, the page tells.
-- Leans on delivery_attempt, desk_notice_delivery, obligation_cycle.
SELECT delivery.delivery_id, delivery.fence, delivery.message_id, delivery.address, recipient_item.item_key,
       recipient.name, delivery.digest_on, (extract(epoch FROM delivery.created_at) * 1000000)::bigint,
       recipient.language, policy_item.item_key, policy.title, notice.cycle_on, notice.occasion, asked.first_on,
       asked.actions, asked.units,
       CASE WHEN notice.occasion = 'comes' THEN
           (SELECT count(*) FROM uptake.unsettled(
                notice.policy_id, notice.cycle_on, coalesce(asked.documents, '{}'), '{}', '{}',
                (notice.cycle_on - make_interval(years => greatest(policy.interval_months, 1)))::date,
                delivery.digest_on) AS open WHERE open.blocks) ELSE 0 END,
       made.body
FROM uptake.delivery
JOIN uptake.desk_notice AS notice USING (delivery_id)
JOIN uptake.item AS recipient_item ON recipient_item.item_id = delivery.recipient_id
JOIN uptake.unit AS recipient ON recipient.item_id = delivery.recipient_id
JOIN uptake.item AS policy_item ON policy_item.item_id = notice.policy_id
JOIN uptake.policy ON policy.item_id = notice.policy_id
CROSS JOIN LATERAL (
    SELECT min(obligation.send_on) AS first_on, count(DISTINCT obligation.subject_id) AS actions,
           count(DISTINCT obligation.asked_id) AS units, array_agg(DISTINCT action_item.document) AS documents
    FROM uptake.obligation
    JOIN uptake.item AS action_item ON action_item.item_id = obligation.subject_id
    WHERE obligation.policy_id = notice.policy_id AND obligation.cycle_on = notice.cycle_on
      AND obligation.state NOT IN ('void', 'rested')) AS asked
LEFT JOIN uptake.item AS cycle
       ON cycle.item_key = 'cycle:' || substr(policy_item.item_key, 8) || ':' || notice.cycle_on::text
LEFT JOIN uptake.change AS made ON made.change_id = cycle.group_changes[35] AND notice.occasion = 'closed'
WHERE delivery.attempt_id = $1::uuid AND delivery.message IS NULL
ORDER BY delivery.delivery_id, notice.cycle_on, notice.notice_id
