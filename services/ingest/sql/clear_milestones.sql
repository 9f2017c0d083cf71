-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_ids. Leans on milestone_pkey.
DELETE FROM uptake.milestone WHERE action_id = ANY ($1::bigint[])
