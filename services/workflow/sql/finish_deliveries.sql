-- SPDX-License-Identifier: Apache-2.0
-- What became of the mails of an attempt. An attempt that was overtaken (another fence) matches
-- nothing. Arrays: $1 delivery, $2 fence, $3 attempt, $4 state, $5 reason, $6 error, $7 added to
-- the uncertain attempts, $8 seconds until the next attempt (NULL: none). $9 :now, $10 reason of an
-- obligation that was sent. Leans on delivery_pkey, obligation_delivery.
-- Column: is there anything that readdress.sql would take back, by the same rules?
WITH finished AS (
    UPDATE uptake.delivery
    SET state = given.state::uptake.delivery_state,
        reason = given.reason,
        last_error = given.error,
        attempt_id = NULL,
        worker = NULL,
        uncertain_attempts = delivery.uncertain_attempts + given.uncertain,
        next_attempt_at = $9::timestamptz + make_interval(secs => given.wait_s),
        sent_at = CASE WHEN given.state = 'sent' THEN $9::timestamptz END
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
                $7::bigint[], $8::bigint[])
         AS given (delivery_id, fence, attempt_id, state, reason, error, uncertain, wait_s)
    WHERE delivery.delivery_id = given.delivery_id
      AND delivery.fence = given.fence
      AND delivery.attempt_id = given.attempt_id::uuid
    RETURNING delivery.delivery_id, delivery.recipient_id, delivery.address, delivery.state,
              delivery.uncertain_attempts, delivery.created_at
), sent AS (
    UPDATE uptake.obligation
    SET state = 'sent', reason = $10, changed_at = $9::timestamptz
    FROM finished
    WHERE obligation.delivery_id = finished.delivery_id
      AND finished.state = 'sent'
      AND obligation.state = 'claimed'
)
SELECT EXISTS (SELECT FROM finished
               JOIN uptake.unit ON unit.item_id = finished.recipient_id
               JOIN uptake.item ON item.item_id = finished.recipient_id
               LEFT JOIN uptake.change AS contact ON contact.change_id = item.group_changes[11]
               WHERE unit.email <> ''
                 AND CASE WHEN finished.state = 'failed'
                     THEN unit.email <> finished.address OR contact.recorded_at > finished.created_at
                     ELSE finished.state = 'claimed' AND unit.email <> finished.address
                          AND (finished.uncertain_attempts = 0
                               OR finished.created_at < $9::timestamptz - interval '1 day') END)
