-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 state. Leans on link_pkey.
UPDATE uptake.link l SET state = d.state::uptake.link_state
FROM unnest($1::bigint[], $2::text[]) AS d (item_id, state)
WHERE l.item_id = d.item_id
