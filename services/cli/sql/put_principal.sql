-- SPDX-License-Identifier: Apache-2.0
-- Who may talk to the register. Known ones stay as they are.
-- Parameters: $1 name, $2 internal (one of our own services), $3 may push in the name of others, $4 now.
-- Columns: none. Leans on principal_name_key.
INSERT INTO uptake.principal (name, internal, speaks_for_others, created_at)
VALUES ($1::text, $2::boolean, $3::boolean, $4::timestamptz)
ON CONFLICT (name) DO NOTHING
