-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 actions' item_ids. Leans on responsibility_pkey.
DELETE FROM uptake.responsibility WHERE action_id = ANY ($1::bigint[])
