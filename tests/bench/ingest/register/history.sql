-- SPDX-License-Identifier: Apache-2.0
-- :turns further progress reports on every action, each the word the action has already: a long
-- history without the time it takes to tell it. Parameters: :turns, :sender, :at.
BEGIN;
CREATE TEMPORARY TABLE said ON COMMIT DROP AS
SELECT nextval('uptake.change_id_seq') AS change_id, *
FROM (SELECT i.item_id, i.item_key, i.document, i.revision + t AS revision, i.progress, i.scopes,
             CASE i.progress WHEN 'unknown' THEN '\x0808' WHEN 'initiated' THEN '\x0802'
                             ELSE '\x0803' END::bytea AS word
      FROM generate_series(1, :turns::int) AS t CROSS JOIN uptake.item i
      WHERE i.kind = 'action'
      ORDER BY t, i.item_id) AS x;

INSERT INTO uptake.change (change_id, sender_id, message_id, body_sha256, operation, kind, document,
                           item_id, revision, body, outcome, progress, reported_on, scopes, recorded_at)
SELECT s.change_id, :sender, ('0190000000007000800' || lpad(to_hex(s.change_id), 13, '0'))::uuid,
       sha256(b.body), 'set', 'action', s.document, s.item_id, s.revision, b.body, 'committed',
       s.progress, '2026-06-30', s.scopes, :'at'
FROM said s CROSS JOIN LATERAL (
    SELECT bench.change_of_action(s.document, s.item_key, s.revision - 1)
           || bench.field('\xba01', s.word || bench.line('\x1a', repeat(md5(s.change_id::text), 8))
                                    || bench.line('\x22', '2026-06-30') || '\x2801') AS body OFFSET 0) b
ORDER BY s.change_id;

UPDATE uptake.item i
SET revision = s.revision, group_changes[8] = s.change_id, group_revisions[8] = s.revision,
    reported_on = '2026-06-30'
FROM (SELECT DISTINCT ON (item_id) item_id, revision, change_id FROM said
      ORDER BY item_id, revision DESC) s
WHERE i.item_id = s.item_id;

SELECT bench.tell_feeds(min(change_id), max(change_id), :'at') FROM said;
COMMIT;
