-- SPDX-License-Identifier: Apache-2.0
-- The bearer tokens of principals; a revoked one stays. Good to the end (UTC) of its last day.
-- Parameters: parallel arrays $1 the principal's item_id, $2 hash, $3 last day, $4 1: revoked, $5 note,
-- $6 recorded at (microseconds). Leans on principal_item_id_key, token_pkey.
INSERT INTO uptake.token (token_hash, principal_id, created_at, expires_at, revoked_at, note)
SELECT t.token_hash, p.principal_id, at.recorded, (t.expires_on::date + 1)::timestamp AT TIME ZONE 'UTC',
       CASE WHEN t.revoked > 0 THEN at.recorded END, t.note
FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
     AS t (item_id, token_hash, expires_on, revoked, note, recorded_us)
JOIN uptake.principal p USING (item_id)
CROSS JOIN LATERAL (SELECT 'epoch'::timestamptz + t.recorded_us * interval '1 microsecond') AS at (recorded)
ON CONFLICT (token_hash) DO UPDATE
SET expires_at = excluded.expires_at, note = excluded.note,
    revoked_at = coalesce(token.revoked_at, excluded.revoked_at)
WHERE token.principal_id = excluded.principal_id
