-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 action's item_id. Leans on responsibility_pkey.
DELETE FROM uptake.responsibility WHERE action_id = $1::bigint
