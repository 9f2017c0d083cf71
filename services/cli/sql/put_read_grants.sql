-- SPDX-License-Identifier: Apache-2.0
-- A principal may read every scope there is now; nothing where the register was told since what it may.
-- Parameters: $1 principal's name. Columns: none. Leans on principal_name_key, read_grant_pkey.
INSERT INTO uptake.read_grant (principal_id, scope_id)
SELECT principal_id, scope_id FROM uptake.principal p CROSS JOIN uptake.scope WHERE p.name = $1::text AND p.item_id IS NULL
ON CONFLICT DO NOTHING
