-- SPDX-License-Identifier: Apache-2.0
-- Conflicts for those who read hq, and of items they may read, oldest first. Parameters:
-- $1 principal_id, $2 true: settled ones too, $3 after this number, $4 most rows.
-- Columns: conflict_id, item_key, kind, document, base_revision, current_revision, present revision,
-- sender, recorded_at, decision (NULL: open), decided_by, decided_revision, decided_at, body
-- (NULL: redacted). Leans on conflict_open, or conflict_pkey; item_pkey, change_item.
SELECT c.conflict_id, i.item_key, i.kind::text, i.document, c.base_revision, c.current_revision,
       i.revision, p.name,
       to_char(c.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       c.decision::text, c.decided_by, c.decided_revision,
       to_char(d.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), c.body
FROM uptake.conflict c
JOIN uptake.item i USING (item_id)
JOIN uptake.principal p ON p.principal_id = c.sender_id
LEFT JOIN uptake.change d ON d.item_id = c.item_id AND d.revision = c.decided_revision
                         AND d.operation = 'set'
WHERE (c.decision IS NULL OR $2::boolean)
  AND c.conflict_id > $3::bigint
  AND EXISTS (SELECT FROM uptake.readable g JOIN uptake.scope s USING (scope_id)
              WHERE g.principal_id = $1::int AND s.kind = 'hq')
  AND EXISTS (SELECT FROM uptake.readable g
              WHERE g.principal_id = $1::int AND g.scope_id = ANY (i.scopes))
ORDER BY c.conflict_id
LIMIT $4::int
