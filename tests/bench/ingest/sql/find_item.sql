-- SPDX-License-Identifier: Apache-2.0
-- The item to be updated, locked. Parameters: $1 key. Columns: id, revision, progress word, due day,
-- scopes.
SELECT item_id, revision, progress::text, due_on::text, scopes
FROM uptake.item WHERE item_key = $1 FOR NO KEY UPDATE
