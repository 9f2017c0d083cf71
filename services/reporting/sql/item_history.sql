-- SPDX-License-Identifier: Apache-2.0
-- What happened to an item, newest first, under the same condition as item.
-- Parameters: $1 item_key, $2 principal_id. Columns: revision, change_id, operation, outcome, sender,
-- recorded_at, recorded at (us), body hash, progress, reported_on, body. Leans on change_item.
SELECT c.revision, c.change_id, c.operation::text, c.outcome::text, p.name,
       to_char(c.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       (extract(epoch FROM c.recorded_at) * 1000000)::bigint,
       encode(c.body_sha256, 'hex'), c.progress::text, c.reported_on, c.body
FROM uptake.item i
JOIN uptake.change c USING (item_id)
JOIN uptake.principal p ON p.principal_id = c.sender_id
WHERE i.item_key = $1::text
  AND EXISTS (SELECT FROM uptake.readable g
              WHERE g.principal_id = $2::int AND g.scope_id = ANY (i.scopes))
ORDER BY c.change_id DESC
