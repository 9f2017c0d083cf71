-- SPDX-License-Identifier: Apache-2.0
-- What happened to an item, oldest first, if a scope it lies in is granted to the reader: so many rows
-- after a revision, and all before them, which they are told against.
-- Parameters: $1 item_key, $2 principal_id, $3 after this revision, $4 most rows. Columns: as
-- item_history. Leans on change_item.
SELECT c.revision, c.change_id, c.operation::text, c.outcome::text, p.name,
       to_char(c.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       (extract(epoch FROM c.recorded_at) * 1000000)::bigint,
       encode(c.body_sha256, 'hex'), c.progress::text, c.reported_on, c.body
FROM uptake.item i
JOIN uptake.change c USING (item_id)
JOIN uptake.principal p ON p.principal_id = c.sender_id
WHERE i.item_key = $1::text
  AND c.operation = 'set'
  AND c.revision <= coalesce((SELECT x.revision
                              FROM uptake.change x
                              WHERE x.item_id = i.item_id AND x.operation = 'set'
                                AND x.revision > $3::bigint
                              ORDER BY x.revision
                              OFFSET $4::int - 1 LIMIT 1), 2147483647)
  AND EXISTS (SELECT FROM uptake.readable g
              WHERE g.principal_id = $2::int AND g.scope_id = ANY (i.scopes))
ORDER BY c.revision, c.change_id
