-- SPDX-License-Identifier: Apache-2.0
-- The items these changes are about, locked (not against foreign-key checks) in the order of their
-- keys: first in the order of locks (items, hq head, other heads, rollups) that every writer keeps.
-- Parameters: $1 item keys. Leans on item_item_key_key.
-- Columns: item_key, item_id, kind, document, parent_id, revision, group_changes, group_revisions,
-- disclosure, addressee, position_taken, progress, reported_on, due_on, scopes, hold, retracted,
-- completed_on, has_evidence.
SELECT item_key, item_id, kind::text, document, parent_id, revision, group_changes,
       group_revisions, disclosure::text, addressee::text, position_taken::text, progress::text,
       reported_on::text, due_on::text, scopes, hold::text, retracted, completed_on::text, has_evidence
FROM uptake.item
WHERE item_key = ANY ($1::text[])
ORDER BY item_key COLLATE "C"
FOR NO KEY UPDATE
