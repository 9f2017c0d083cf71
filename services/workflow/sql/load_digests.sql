-- SPDX-License-Identifier: Apache-2.0
-- What the deliveries of an attempt say that were not composed yet. $1 attempt. Leans on
-- delivery_attempt, obligation_delivery.
-- Columns: delivery, fence, Message-ID, address, recipient's key, its name, day, microseconds since
-- 1970 of the claim, policy key, action key, document title ('' if that one is restricted), wording, restricted, deadline, cycle,
-- step, cycle day, overseer, reminders sent before in the cycle, reminders it stands for, rung, names of
-- those whose answer is awaited, how often the first of them was in the cycle, since when,
-- the recipient's language.
SELECT delivery.delivery_id, delivery.fence, delivery.message_id, delivery.address,
       recipient_item.item_key, recipient.name, delivery.digest_on,
       (extract(epoch FROM delivery.created_at) * 1000000)::bigint,
       policy_item.item_key, action_item.item_key,
       CASE WHEN whole.disclosure = 'restricted' THEN '' ELSE coalesce(document.title, '') END, action.text,
       action_item.disclosure = 'restricted', policy.trigger = 'deadline',
       obligation.cycle, obligation.step, obligation.cycle_on, coalesce(overseer.name, ''),
       (SELECT count(*) FROM uptake.obligation AS before
        WHERE before.policy_id = obligation.policy_id
          AND before.subject_id = obligation.subject_id
          AND before.cycle = obligation.cycle
          AND before.recipient_id = obligation.recipient_id
          AND before.state = 'sent' AND before.send_on < obligation.send_on),
       (SELECT count(*) FROM uptake.obligation AS earlier
        WHERE earlier.policy_id = obligation.policy_id
          AND earlier.subject_id = obligation.subject_id
          AND earlier.recipient_id = obligation.recipient_id
          AND earlier.state = 'coalesced'
          AND earlier.coalesced_cycle = obligation.cycle
          AND earlier.coalesced_step = obligation.step),
       obligation.rung,
       (SELECT string_agg(lead.name, ', ' ORDER BY awaited.place)
        FROM unnest(coalesce(obligation.awaited, ARRAY[obligation.asked_id]))
             WITH ORDINALITY AS awaited (item_id, place)
        JOIN uptake.unit AS lead USING (item_id)),
       before.times, before.since, recipient.language
FROM uptake.delivery
JOIN uptake.item AS recipient_item ON recipient_item.item_id = delivery.recipient_id
JOIN uptake.unit AS recipient ON recipient.item_id = delivery.recipient_id
JOIN uptake.obligation USING (delivery_id)
JOIN uptake.item AS policy_item ON policy_item.item_id = obligation.policy_id
JOIN uptake.policy ON policy.item_id = obligation.policy_id
CROSS JOIN LATERAL (
    SELECT count(*) AS times, min(mail.digest_on) AS since
    FROM uptake.obligation AS theirs
    JOIN uptake.delivery AS mail USING (delivery_id)
    WHERE theirs.policy_id = obligation.policy_id
      AND theirs.subject_id = obligation.subject_id
      AND theirs.cycle = obligation.cycle
      AND theirs.recipient_id = obligation.asked_id
      AND theirs.state = 'sent') AS before
LEFT JOIN uptake.unit AS overseer
       ON overseer.item_id = uptake.overseer_of(obligation.subject_id, policy.overseer_id)
JOIN uptake.item AS action_item ON action_item.item_id = obligation.subject_id
JOIN uptake.action ON action.item_id = obligation.subject_id
LEFT JOIN uptake.item AS whole ON whole.item_key = action_item.document
LEFT JOIN uptake.document ON document.item_id = whole.item_id
WHERE delivery.attempt_id = $1::uuid AND delivery.message IS NULL
ORDER BY delivery.delivery_id, obligation.cycle_on, action_item.item_key, policy_item.item_key
