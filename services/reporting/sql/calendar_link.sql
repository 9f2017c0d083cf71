-- SPDX-License-Identifier: Apache-2.0
-- The scope that a link shows, if it is still granted to the principal of the token that made it. A token that
-- only expired ends no calendar; a revoked one does. Parameters: $1 hash of that token, $2 scope's name.
-- Columns: scope_id. No row: not granted, no such scope, or the token is revoked. Leans on token_pkey.
SELECT s.scope_id
FROM uptake.token t
JOIN uptake.readable g USING (principal_id)
JOIN uptake.scope s USING (scope_id)
WHERE t.token_hash = $1::bytea AND t.revoked_at IS NULL AND s.name = $2::text
