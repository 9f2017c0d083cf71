-- SPDX-License-Identifier: Apache-2.0
-- The CURVE key of a principal. A revoked key stays revoked.
-- Parameters: $1 principal's name, $2 public key (Z85), $3 now. Columns: none.
-- Leans on curve_key_pkey, principal_name_key.
INSERT INTO uptake.curve_key (public_key, principal_id, created_at)
SELECT $2::text, principal_id, $3::timestamptz FROM uptake.principal WHERE name = $1::text
ON CONFLICT (public_key) DO NOTHING
