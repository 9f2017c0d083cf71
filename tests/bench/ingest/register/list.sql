-- SPDX-License-Identifier: Apache-2.0
-- What the programs of the bench know of each action before they start. Columns: document, key, id,
-- revision, progress word, due day, that as days since 2000, its four scopes.
COPY (SELECT document, item_key, item_id, revision, progress, due_on, due_on - '2000-01-01'::date,
             scopes[1], scopes[2], scopes[3], scopes[4]
      FROM uptake.item WHERE kind = 'action' AND cardinality(scopes) = 4 ORDER BY item_id) TO STDOUT
