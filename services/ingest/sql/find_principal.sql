-- SPDX-License-Identifier: Apache-2.0
-- The principal an item is about, whether bootstrap made it or a change. Parameters: $1 item key.
-- Columns: principal_id, internal. Leans on principal_name_key.
SELECT principal_id, internal
FROM uptake.principal
WHERE name = substr($1::text, length('principal:') + 1)
