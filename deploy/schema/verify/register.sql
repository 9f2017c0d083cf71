-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:register

BEGIN;
SELECT change_id, sender_id, message_id, body_sha256, operation, kind, document, item_id, revision,
       body, outcome, progress, reported_on, scopes, recorded_at FROM uptake.change WHERE false;
SELECT item_id, item_key, kind, document, parent_id, revision, group_changes, group_revisions, disclosure,
       addressee, position_taken, progress, reported_on, due_on, scopes FROM uptake.item WHERE false;
SELECT scope_id, first_seq, last_seq, change_ids, chain, recorded_at
FROM uptake.feed_segment WHERE false;
SELECT 1 / count(*) FROM uptake.scope JOIN uptake.feed_head USING (scope_id)
WHERE name = 'hq' AND scope_id = 1;
SELECT 1 / count(*) FROM uptake.schema_version;
ROLLBACK;
