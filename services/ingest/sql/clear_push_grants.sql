-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_ids of principals. Leans on principal_item_id_key.
DELETE FROM uptake.push_grant g USING uptake.principal p
WHERE p.item_id = ANY ($1::bigint[]) AND g.principal_id = p.principal_id
