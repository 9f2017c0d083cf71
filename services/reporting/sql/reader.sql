-- SPDX-License-Identifier: Apache-2.0
-- Who asks, and the scope they ask for with its head, if it is granted to them.
-- Parameters: $1 token hash or NULL, $2 session hash or NULL, $3 now, $4 scope name or NULL,
-- $5 true: any granted scope will do when that one is not granted.
-- Columns: principal_id, name, by session, scope_id, scope, kind, epoch, seq, chain,
-- head recorded at (us). No row: not signed in. scope_id NULL: not granted, or no such scope.
-- Leans on token_pkey, session_pkey.
WITH reader AS (
    SELECT principal_id, false AS by_session
    FROM uptake.token
    WHERE token_hash = $1::bytea AND revoked_at IS NULL AND expires_at > $3::timestamptz
    UNION ALL
    SELECT principal_id, true
    FROM uptake.session_principal($2::bytea, $3::timestamptz) AS principal_id
    LIMIT 1
)
SELECT p.principal_id, p.name, r.by_session, s.scope_id, s.name, s.kind::text,
       replace(h.epoch::text, '-', ''), h.seq, encode(h.chain, 'hex'),
       (extract(epoch FROM h.recorded_at) * 1000000)::bigint
FROM reader r
JOIN uptake.principal p USING (principal_id)
LEFT JOIN (uptake.readable g
           JOIN uptake.scope s USING (scope_id)
           JOIN uptake.feed_head h USING (scope_id))
       ON g.principal_id = r.principal_id AND (s.name = $4::text OR $5::boolean)
ORDER BY s.name = $4::text DESC, s.scope_id
LIMIT 1
