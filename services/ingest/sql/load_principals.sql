-- SPDX-License-Identifier: Apache-2.0
-- Every principal, once for each key that may connect with it now. Parameters: none.
-- Columns: principal_id, name, internal, speaks_for_others, producer_epoch, public_key (NULL: no key).
SELECT p.principal_id, p.name, p.internal, p.speaks_for_others, p.producer_epoch, k.public_key
FROM uptake.principal p
LEFT JOIN uptake.curve_key k ON k.principal_id = p.principal_id AND k.revoked_at IS NULL
ORDER BY p.principal_id, k.public_key
