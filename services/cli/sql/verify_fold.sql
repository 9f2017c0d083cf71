-- SPDX-License-Identifier: Apache-2.0
-- What was said of each item, in order, beside what the item says of itself.
-- Parameters: after $1 item_id, $2 revision, $3 change_id; $4 most rows; $5 scope_id or NULL.
-- Columns: as enum fold_column. Leans on change_item, item_pkey.
SELECT c.item_id, c.revision, c.change_id, c.body, c.progress::text,
       i.item_key, i.kind::text, i.revision, i.group_changes, i.group_revisions,
       coalesce(i.position_taken::text, ''), coalesce(i.progress::text, ''),
       coalesce(i.reported_on::text, ''), coalesce(i.completed_on::text, ''),
       coalesce(i.due_on::text, ''), coalesce(i.hold::text, ''), i.disclosure::text,
       i.retracted::int::text, i.has_evidence::int::text
FROM uptake.change c
JOIN uptake.item i USING (item_id)
WHERE (c.item_id, c.revision, c.change_id) > ($1::bigint, $2::int, $3::bigint)
  AND c.operation = 'set'
  AND ($5::int IS NULL OR i.scopes @> ARRAY[$5::int])
ORDER BY c.item_id, c.revision, c.change_id
LIMIT $4::int
