-- SPDX-License-Identifier: Apache-2.0
-- The plan now follows from this much of the feed. $1 epoch, $2 seq, $3 day.
UPDATE uptake.workflow_cursor
SET epoch = $1::uuid, seq = $2::bigint, planned_on = $3::date
WHERE consumer = 'plan'
