-- SPDX-License-Identifier: Apache-2.0
-- Items that others may see once these move, locked as lock_items does it.
-- Parameters: $1 keys of the items that move, $2 most. Columns: as lock_items.
SELECT item_key, item_id, kind::text, document, parent_id, revision, group_changes,
       group_revisions, disclosure::text, addressee::text, position_taken::text, progress::text,
       reported_on::text, due_on::text, scopes, hold::text, retracted, completed_on::text, has_evidence
FROM uptake.item
WHERE item_id IN (SELECT uptake.dependents_of($1::text[]))
ORDER BY item_id
LIMIT $2::int
FOR NO KEY UPDATE
