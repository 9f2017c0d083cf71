-- SPDX-License-Identifier: Apache-2.0
-- What these actions answered until now. Parameters: $1 actions' item_ids. Leans on
-- action_recommendation_pkey.
DELETE FROM uptake.action_recommendation WHERE action_id = ANY ($1::bigint[])
