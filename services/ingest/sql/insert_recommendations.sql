-- SPDX-License-Identifier: Apache-2.0
-- Which recommendations actions answer. Parameters: parallel arrays $1 action's item_id,
-- $2 recommendation's.
INSERT INTO uptake.action_recommendation (action_id, recommendation_id)
SELECT action_id, recommendation_id
FROM unnest($1::bigint[], $2::bigint[]) AS a (action_id, recommendation_id)
ON CONFLICT (action_id, recommendation_id) DO NOTHING
