-- SPDX-License-Identifier: Apache-2.0
-- One digest per recipient, ready for its first attempt, with the obligations it takes along. A
-- recipient whom another process just served is passed over.
-- Arrays: $1 recipient, $2 address, $3 Message-ID; and in step: $4 obligation, $5 its recipient.
-- $6 day, $7 :now, $8 reason of the obligation, $9 reason of the delivery.
WITH created AS (
    INSERT INTO uptake.delivery (recipient_id, digest_on, address, message_id, state, reason, fence,
                                 uncertain_attempts, next_attempt_at, last_error, created_at)
    SELECT given.recipient_id, $6::date, given.address, given.message_id, 'claimed', $9, 0, 0,
           $7::timestamptz, '', $7::timestamptz
    FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (recipient_id, address, message_id)
    ON CONFLICT (recipient_id, digest_on) DO NOTHING
    RETURNING delivery_id, recipient_id
)
UPDATE uptake.obligation
SET state = 'claimed', delivery_id = created.delivery_id, reason = $8,
    changed_at = $7::timestamptz
FROM unnest($4::bigint[], $5::bigint[]) AS given (obligation_id, recipient_id)
JOIN created USING (recipient_id)
WHERE obligation.obligation_id = given.obligation_id
