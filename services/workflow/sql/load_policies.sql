-- SPDX-License-Identifier: Apache-2.0
-- Columns: policy, trigger, interval in months, go-live day, steps, active.
SELECT item_id, trigger, interval_months, go_live_on, steps, active AND NOT item.retracted
FROM uptake.policy
JOIN uptake.item USING (item_id)
ORDER BY item_id
