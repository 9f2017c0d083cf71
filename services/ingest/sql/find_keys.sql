-- SPDX-License-Identifier: Apache-2.0
-- All keys and tokens of a principal, and whoever's they are those that are named.
-- Parameters: $1 item key of the principal, $2 public keys, $3 token hashes.
-- Columns: is_token, public key or hash (hexadecimal), own, revoked. Leans on curve_key_pkey, token_pkey.
SELECT false, k.public_key, p.name = substr($1::text, length('principal:') + 1), k.revoked_at IS NOT NULL
FROM uptake.curve_key k JOIN uptake.principal p USING (principal_id)
WHERE p.name = substr($1::text, length('principal:') + 1) OR k.public_key = ANY ($2::text[])
UNION ALL
SELECT true, encode(t.token_hash, 'hex'), p.name = substr($1::text, length('principal:') + 1),
       t.revoked_at IS NOT NULL
FROM uptake.token t JOIN uptake.principal p USING (principal_id)
WHERE p.name = substr($1::text, length('principal:') + 1) OR t.token_hash = ANY ($3::bytea[])
ORDER BY 1, 2
