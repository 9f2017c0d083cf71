-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_id, $2 title, $3 trigger, $4 interval_months, $5 go_live_on, $6 steps,
-- $7 key of the overseeing unit, $8 active.
INSERT INTO uptake.policy (item_id, title, trigger, interval_months, go_live_on, steps, overseer_id,
                           active)
VALUES ($1::bigint, $2, $3::uptake.policy_trigger, $4::int, $5::date, $6::int[],
        (SELECT item_id FROM uptake.item WHERE item_key = $7), $8::boolean)
ON CONFLICT (item_id) DO UPDATE
SET title = excluded.title, trigger = excluded.trigger,
    interval_months = excluded.interval_months, go_live_on = excluded.go_live_on,
    steps = excluded.steps, overseer_id = excluded.overseer_id, active = excluded.active
