-- SPDX-License-Identifier: Apache-2.0
-- Every key that may connect now, with its principal.
-- Parameters: none. Columns: public_key, principal_id, name.
SELECT k.public_key, p.principal_id, p.name
FROM uptake.curve_key k
JOIN uptake.principal p USING (principal_id)
WHERE k.revoked_at IS NULL
ORDER BY k.public_key
