-- SPDX-License-Identifier: Apache-2.0
-- Inserts or rewrites obligations; what was claimed or sent stays as it is.
-- Arrays of equal length: $1 policy, $2 subject, $3 cycle, $4 cycle day, $5 step, $6 recipient,
-- $7 day to send, $8 state, $9 reason, $10 coalesced cycle, $11 coalesced step, $12 asked unit, $13 rung,
-- $14 held (0 or 1), $15 all units awaited (an array's text; NULL: the asked one alone),
-- $16 day before the cycle's first (NULL: it has no beginning). $17 :now.
-- Leans on the unique key (policy, subject, cycle, step, recipient).
INSERT INTO uptake.obligation (policy_id, subject_id, cycle, cycle_on, step, recipient_id, send_on,
                               state, reason, coalesced_cycle, coalesced_step, asked_id, rung, held,
                               awaited, cycle_begin_on, changed_at)
SELECT given.policy_id, given.subject_id, given.cycle, given.cycle_on::date, given.step,
       given.recipient_id, given.send_on::date, given.state::uptake.obligation_state, given.reason,
       given.coalesced_cycle, given.coalesced_step, given.asked_id, given.rung::uptake.rung,
       given.held > 0, given.awaited::bigint[], given.cycle_begin_on::date, $17::timestamptz
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[],
            $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[],
            $13::text[], $14::bigint[], $15::text[], $16::text[])
     AS given (policy_id, subject_id, cycle, cycle_on, step, recipient_id, send_on, state, reason,
             coalesced_cycle, coalesced_step, asked_id, rung, held, awaited, cycle_begin_on)
ON CONFLICT (policy_id, subject_id, cycle, step, recipient_id) DO UPDATE
SET cycle_on = excluded.cycle_on,
    send_on = excluded.send_on,
    state = excluded.state,
    reason = excluded.reason,
    coalesced_cycle = excluded.coalesced_cycle,
    coalesced_step = excluded.coalesced_step,
    asked_id = excluded.asked_id,
    rung = excluded.rung,
    held = excluded.held,
    awaited = excluded.awaited,
    cycle_begin_on = excluded.cycle_begin_on,
    changed_at = excluded.changed_at
WHERE obligation.state NOT IN ('claimed', 'sent')
