-- SPDX-License-Identifier: Apache-2.0
-- The scopes a principal may read. Parameters: $1 principal_id.
-- Columns: name, kind, seq, epoch. Leans on read_grant_pkey.
SELECT s.name, s.kind::text, h.seq, replace(h.epoch::text, '-', '')
FROM uptake.readable g
JOIN uptake.scope s USING (scope_id)
JOIN uptake.feed_head h USING (scope_id)
WHERE g.principal_id = $1::int
ORDER BY s.scope_id
