-- SPDX-License-Identifier: Apache-2.0
-- A link is used: no session comes of it when it was used before, or when the token that made it is good no
-- more. Parameters: $1 session hash, $2 hash of that token, $3 nonce of the link, $4 now, $5 end of the
-- session. Columns: is there a session now, is the token good. Leans on token_pkey.
WITH maker AS (
    SELECT token_hash, principal_id
    FROM uptake.token
    WHERE token_hash = $2::bytea AND revoked_at IS NULL AND expires_at > $4::timestamptz
), opened AS (
    INSERT INTO uptake.session (session_hash, principal_id, nonce, created_at, expires_at, token_hash)
    SELECT $1::bytea, principal_id, $3::bytea, $4::timestamptz, $5::timestamptz, token_hash
    FROM maker
    ON CONFLICT (nonce) DO NOTHING
    RETURNING true
)
SELECT EXISTS (SELECT FROM opened), EXISTS (SELECT FROM maker)
