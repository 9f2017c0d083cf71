-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 title, $3 trigger, $4 interval_months, $5 go_live_on,
-- $6 steps (array literals), $7 id of the overseeing unit, $8 active (0 or 1).
INSERT INTO uptake.policy (item_id, title, trigger, interval_months, go_live_on, steps, overseer_id,
                           active)
SELECT item_id, title, trigger_word::uptake.policy_trigger, interval_months, go_live_on::date,
       steps::int[], overseer_id, active > 0
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[],
            $7::bigint[], $8::bigint[])
     AS p (item_id, title, trigger_word, interval_months, go_live_on, steps, overseer_id, active)
ON CONFLICT (item_id) DO UPDATE
SET title = excluded.title, trigger = excluded.trigger,
    interval_months = excluded.interval_months, go_live_on = excluded.go_live_on,
    steps = excluded.steps, overseer_id = excluded.overseer_id, active = excluded.active
