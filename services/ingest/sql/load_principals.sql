-- SPDX-License-Identifier: Apache-2.0
-- Every key that may connect now, with its principal, and the principals that have none.
-- Parameters: none.
-- Columns: public_key ('' without one), principal_id, name, internal, speaks_for_others,
-- producer_epoch.
SELECT coalesce(k.public_key, ''), p.principal_id, p.name, p.internal, p.speaks_for_others,
       p.producer_epoch
FROM uptake.principal p
LEFT JOIN uptake.curve_key k ON k.principal_id = p.principal_id AND k.revoked_at IS NULL
ORDER BY k.public_key
