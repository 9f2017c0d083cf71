-- SPDX-License-Identifier: Apache-2.0
-- The due day stands in item. Parameters: $1 item_id, $2 the source's text, $3 start_on,
-- $4 precision, $5 progressive, $6 open.
UPDATE uptake.action
SET timeframe_source = $2, start_on = nullif($3, '')::date,
    timeframe_precision = $4::uptake.timeframe_precision, progressive = $5::boolean,
    is_open = $6::boolean
WHERE item_id = $1::bigint
