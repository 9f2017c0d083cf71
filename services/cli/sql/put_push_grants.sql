-- SPDX-License-Identifier: Apache-2.0
-- Kinds of items a principal may push, for all documents; nothing where the register was told since what
-- it may.
-- Parameters: $1 principal's name, $2 kinds, $3 field groups (none: all of the kinds). Columns: none.
-- Leans on principal_name_key.
INSERT INTO uptake.push_grant (principal_id, kind, document, groups)
SELECT principal_id, k::uptake.item_kind, NULL, $3::text[]
FROM uptake.principal, unnest($2::text[]) AS k
WHERE name = $1::text AND item_id IS NULL
ON CONFLICT DO NOTHING
