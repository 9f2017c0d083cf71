-- SPDX-License-Identifier: Apache-2.0
-- Items of a scope in the order of their keys, one row per change that an image is made of.
-- Parameters: $1 scope_id, $2 kind or NULL, $3 document or NULL, $4 after this key or NULL,
-- $5 most items. Columns: item_key, kind, document, revision, group_changes, change_id, body.
-- Leans on item_item_key_key, item_document, change_pkey.
WITH chosen AS MATERIALIZED (
    SELECT item_key, kind, document, revision, group_changes
    FROM uptake.item
    WHERE scopes @> ARRAY[$1::int]
      AND ($2::text IS NULL OR kind = $2::text::uptake.item_kind)
      AND ($3::text IS NULL OR document = $3::text)
      AND ($4::text IS NULL OR item_key > $4::text)
    ORDER BY item_key
    LIMIT $5::int
)
SELECT i.item_key, i.kind::text, i.document, i.revision, i.group_changes, c.change_id, c.body
FROM chosen i
LEFT JOIN uptake.change c ON c.change_id = ANY (i.group_changes)
ORDER BY i.item_key, c.change_id
