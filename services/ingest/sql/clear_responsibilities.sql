-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_ids. Leans on responsibility_pkey.
DELETE FROM uptake.responsibility WHERE item_id = ANY ($1::bigint[])
