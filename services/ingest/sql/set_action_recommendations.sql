-- SPDX-License-Identifier: Apache-2.0
-- Which recommendations an action answers. Parameters: $1 action's item_id, $2 their keys.
WITH gone AS (
    DELETE FROM uptake.action_recommendation ar
    USING uptake.item i
    WHERE ar.action_id = $1::bigint AND i.item_id = ar.recommendation_id
      AND i.item_key <> ALL ($2::text[])
)
INSERT INTO uptake.action_recommendation (action_id, recommendation_id)
SELECT $1::bigint, item_id FROM uptake.item WHERE item_key = ANY ($2::text[])
ON CONFLICT (action_id, recommendation_id) DO NOTHING
