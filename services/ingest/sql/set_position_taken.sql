-- SPDX-License-Identifier: Apache-2.0
-- The position itself stands in item. Parameters: $1 item_id, $2 the source's own word.
UPDATE uptake.recommendation SET position_source = $2 WHERE item_id = $1::bigint
