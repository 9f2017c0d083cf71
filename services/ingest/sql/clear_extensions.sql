-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_ids. Leans on extension_pkey.
DELETE FROM uptake.extension WHERE action_id = ANY ($1::bigint[])
