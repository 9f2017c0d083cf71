-- SPDX-License-Identifier: Apache-2.0
-- Takes deliveries whose time has come: new ones, those put off, and those whose attempt outlived
-- its lease or its database session; of these nobody knows the outcome, unless they ended before the
-- mail was composed. A session that ended early only saves the wait: what keeps a late finish out is
-- the fence.
-- A pause that lasts longer than any lawful one (an hour) was reckoned by a clock that was ahead.
-- $1 attempt, $2 :now, $3 end of the lease, $4 most. Leans on delivery_waiting.
UPDATE uptake.delivery
SET state = 'claimed',
    attempt_id = $1::uuid,
    worker = pg_backend_pid(),
    fence = delivery.fence + 1,
    uncertain_attempts = delivery.uncertain_attempts
        + (delivery.attempt_id IS NOT NULL AND delivery.message IS NOT NULL)::int,
    reason = CASE WHEN delivery.attempt_id IS NOT NULL
                  THEN 'the attempt before it ended without a word'
                  ELSE 'being sent' END,
    next_attempt_at = $3::timestamptz
WHERE delivery_id IN (SELECT waiting.delivery_id FROM uptake.delivery AS waiting
                      WHERE waiting.next_attempt_at IS NOT NULL
                        AND (waiting.next_attempt_at <= $2::timestamptz
                             OR (waiting.worker IS NULL
                                 AND waiting.next_attempt_at > $2::timestamptz + interval '2 hours')
                             OR (waiting.worker IS NOT NULL
                                 AND waiting.worker NOT IN (SELECT pid FROM pg_stat_activity)))
                      ORDER BY waiting.next_attempt_at, waiting.delivery_id
                      LIMIT $4::bigint
                      FOR UPDATE SKIP LOCKED)
