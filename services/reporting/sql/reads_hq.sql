-- SPDX-License-Identifier: Apache-2.0
-- Does the principal read hq? One row, or none. Parameters: $1 principal_id. Leans on read_grant_pkey.
SELECT g.scope_id
FROM uptake.readable g
JOIN uptake.scope s USING (scope_id)
WHERE g.principal_id = $1::int AND s.kind = 'hq'
LIMIT 1
