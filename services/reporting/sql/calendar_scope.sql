-- SPDX-License-Identifier: Apache-2.0
-- The scope that a calendar shows, if it is granted. Parameters: $1 principal_id, $2 scope's name.
-- Columns: scope_id. No row: not granted, or no such scope.
SELECT s.scope_id
FROM uptake.readable g
JOIN uptake.scope s USING (scope_id)
WHERE g.principal_id = $1::int AND s.name = $2::text
