-- SPDX-License-Identifier: Apache-2.0
-- The bearer token of a principal, by its hash. One that is about to expire is extended; a revoked
-- one stays revoked.
-- Parameters: $1 principal's name, $2 hash, $3 now, $4 expiry, $5 extend what expires before this.
-- Columns: none. Leans on token_pkey, principal_name_key.
INSERT INTO uptake.token (token_hash, principal_id, created_at, expires_at)
SELECT $2::bytea, principal_id, $3::timestamptz, $4::timestamptz
FROM uptake.principal WHERE name = $1::text
ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at
WHERE token.revoked_at IS NULL AND token.expires_at < $5::timestamptz
