-- SPDX-License-Identifier: Apache-2.0
-- The keys of principals; a revoked one stays, with the time it was revoked.
-- Parameters: parallel arrays $1 the principal's item_id, $2 public key, $3 1: revoked, $4 reason,
-- $5 recorded at (microseconds). Leans on principal_item_id_key, curve_key_pkey.
INSERT INTO uptake.curve_key (public_key, principal_id, created_at, revoked_at, reason)
SELECT k.public_key, p.principal_id, at.recorded, CASE WHEN k.revoked > 0 THEN at.recorded END, k.reason
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
     AS k (item_id, public_key, revoked, reason, recorded_us)
JOIN uptake.principal p USING (item_id)
CROSS JOIN LATERAL (SELECT 'epoch'::timestamptz + k.recorded_us * interval '1 microsecond') AS at (recorded)
ON CONFLICT (public_key) DO UPDATE
SET revoked_at = coalesce(curve_key.revoked_at, excluded.revoked_at), reason = excluded.reason
WHERE curve_key.principal_id = excluded.principal_id
