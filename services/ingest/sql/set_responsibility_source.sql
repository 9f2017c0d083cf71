-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 action's item_id, $2 the source's text.
UPDATE uptake.action SET responsibility_source = $2 WHERE item_id = $1::bigint
