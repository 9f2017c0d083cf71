-- SPDX-License-Identifier: Apache-2.0
-- What a mail says of policies. Columns: policy, key, deadline, overseer.
SELECT policy.item_id, item.item_key, policy.trigger = 'deadline', coalesce(overseer.name, '')
FROM uptake.policy
JOIN uptake.item USING (item_id)
LEFT JOIN uptake.unit AS overseer ON overseer.item_id = uptake.successor_of(policy.overseer_id)
ORDER BY policy.item_id
