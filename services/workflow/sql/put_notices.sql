-- SPDX-License-Identifier: Apache-2.0
-- What an overseer is told goes into its digest of the day, or makes one; where that one has been composed
-- already it waits for the next. The row is what keeps it from being told twice.
-- Arrays: $1 policy, $2 last day of the cycle, $3 occasion, $4 recipient, $5 address, $6 Message-ID.
-- $7 day, $8 :now, $9 reason of a new delivery. Leans on delivery (recipient, day), desk_notice's key.
WITH given AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])
        AS given (policy_id, cycle_on, occasion, recipient_id, address, message_id)
    WHERE NOT EXISTS (SELECT FROM uptake.desk_notice AS told
                      WHERE told.policy_id = given.policy_id AND told.cycle_on = given.cycle_on::date
                        AND told.occasion = given.occasion)
), made AS (
    INSERT INTO uptake.delivery (recipient_id, digest_on, address, message_id, state, reason, fence,
                                 uncertain_attempts, next_attempt_at, last_error, created_at)
    SELECT DISTINCT ON (given.recipient_id) given.recipient_id, $7::date, given.address, given.message_id,
           'claimed', $9, 0, 0, $8::timestamptz, '', $8::timestamptz
    FROM given
    ORDER BY given.recipient_id
    ON CONFLICT (recipient_id, digest_on) DO NOTHING
    RETURNING delivery_id, recipient_id
), waiting AS (
    -- Locked, so that no other process composes it in between without what is added here.
    SELECT delivery_id, recipient_id FROM uptake.delivery
    WHERE digest_on = $7::date AND fence = 0 AND recipient_id IN (SELECT recipient_id FROM given)
    FOR UPDATE
), carrying AS (
    SELECT delivery_id, recipient_id FROM made
    UNION ALL
    SELECT delivery_id, recipient_id FROM waiting
)
INSERT INTO uptake.desk_notice (policy_id, cycle_on, occasion, recipient_id, delivery_id, created_at)
SELECT given.policy_id, given.cycle_on::date, given.occasion, given.recipient_id, carrying.delivery_id,
       $8::timestamptz
FROM given
JOIN carrying USING (recipient_id)
ON CONFLICT (policy_id, cycle_on, occasion) DO NOTHING
