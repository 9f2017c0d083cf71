-- SPDX-License-Identifier: Apache-2.0
-- Which of these scopes there are not. Parameters: $1 names. Columns: name. Leans on scope_name_key.
SELECT n.name
FROM unnest($1::text[]) AS n (name)
WHERE NOT EXISTS (SELECT FROM uptake.scope s WHERE s.name = n.name)
ORDER BY 1
