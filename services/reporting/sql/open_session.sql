-- SPDX-License-Identifier: Apache-2.0
-- A link is used: no row comes back when it was used before. Parameters: $1 session hash,
-- $2 principal_id, $3 nonce of the link, $4 now, $5 end of the session. Columns: true.
INSERT INTO uptake.session (session_hash, principal_id, nonce, created_at, expires_at)
VALUES ($1::bytea, $2::int, $3::bytea, $4::timestamptz, $5::timestamptz)
ON CONFLICT (nonce) DO NOTHING
RETURNING true
