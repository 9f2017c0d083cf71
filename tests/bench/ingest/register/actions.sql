-- SPDX-License-Identifier: Apache-2.0
-- Actions :first to :last as ingest would have made them from their first change: two units of one
-- region each, documents and due days spread. Parameters: :first, :last, :sender, :at.
-- One transaction; ids come from the sequences that ingest draws from.
BEGIN;
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
WITH unit AS (
    SELECT u.item_id, u.code, u.scope_id, u.region_scope_id, substr(u.code, 2)::int - 1 AS number
    FROM uptake.unit u WHERE u.code ~ '^U\d+$'
), drawn AS (
    SELECT n, nextval('uptake.item_id_seq') AS item_id, nextval('uptake.change_id_seq') AS change_id,
           'bench-' || ((n - 1) % 200 + 1) AS document, n % 200 AS turn,
           ((n - 1) + (n - 1) / 200) % 200 AS lead,
           '2027-01-31'::date + 30 * ((n * 7 + n / 200) % 40)::int AS due_on
    FROM generate_series(:first::bigint, :last::bigint) AS n
)
SELECT d.n, d.item_id, d.change_id, d.document, d.due_on,
       d.document || '#1/' || d.n AS item_key,
       p.item_id AS document_id, r.item_id AS recommendation_id,
       l.item_id AS lead_id, l.code AS lead, s.item_id AS support_id, s.code AS support,
       (SELECT array_agg(scope_id ORDER BY scope_id)
        FROM unnest(ARRAY[1, l.region_scope_id, l.scope_id, s.scope_id]) AS x (scope_id)) AS scopes
FROM drawn d
JOIN uptake.item p ON p.item_key = d.document
JOIN uptake.item r ON r.item_key = d.document || '#1'
JOIN unit l ON l.number = d.lead
JOIN unit s ON s.number = (d.lead + 10 * (1 + d.n % 19)) % 200;

INSERT INTO uptake.item (item_id, item_key, kind, document, parent_id, revision, group_changes,
                         group_revisions, disclosure, addressee, progress, due_on, scopes)
SELECT item_id, item_key, 'action', document, document_id, 1,
       ARRAY[0, 0, 0, 0, change_id, change_id, change_id, 0], '{0,0,0,0,1,1,1,0}',
       'internal', 'office', 'unknown', due_on, scopes
FROM made ORDER BY item_id;

INSERT INTO uptake.action (item_id, code, text, timeframe_source, start_on, timeframe_precision,
                           progressive, is_open, responsibility_source, first_due_on)
SELECT item_id, n::text, 'Carry out step ' || n, due_on::text, NULL, 'day', false, false, lead, due_on
FROM made ORDER BY item_id;

INSERT INTO uptake.action_recommendation (action_id, recommendation_id)
SELECT item_id, recommendation_id FROM made ORDER BY item_id;

INSERT INTO uptake.responsibility (item_id, ordinal, unit_id, name, role, said_by, inferred, ambiguous,
                                   vague, confirmed)
SELECT item_id, 0, lead_id, lead, 'lead'::uptake.responsible_role, 'management', false, false, false, false FROM made
UNION ALL
SELECT item_id, 1, support_id, support, 'support', 'management', false, false, false, false FROM made
ORDER BY 1, 2;

INSERT INTO uptake.change (change_id, sender_id, message_id, body_sha256, operation, kind, document,
                           item_id, revision, body, outcome, progress, scopes, recorded_at)
SELECT m.change_id, :sender, md5(m.item_key)::uuid, sha256(b.body), 'set', 'action', m.document,
       m.item_id, 1, b.body, 'committed', 'unknown', m.scopes, :'at'
FROM made m CROSS JOIN LATERAL (
    SELECT bench.change_of_action(m.document, m.item_key, 0)
           || bench.field('\xa201', bench.line('\x0a', m.n::text)
                                    || bench.line('\x12', m.document || '#1')
                                    || bench.line('\x1a', 'Carry out step ' || m.n))
           || bench.field('\xaa01', bench.line('\x0a', m.due_on::text)
                                    || bench.line('\x1a', m.due_on::text) || '\x2001')
           || bench.field('\xb201', bench.line('\x0a', m.lead)
                  || bench.field('\x12', bench.line('\x0a', 'unit:' || m.lead) || bench.line('\x12', m.lead)
                                         || '\x1801' || bench.line('\x22', 'management'))
                  || bench.field('\x12', bench.line('\x0a', 'unit:' || m.support) || bench.line('\x12', m.support)
                                         || '\x1802' || bench.line('\x22', 'management'))) AS body OFFSET 0) b
ORDER BY m.change_id;

SELECT bench.tell_feeds(min(change_id), max(change_id), :'at') FROM made;

INSERT INTO uptake.rollup AS r (scope_id, kind, addressee, position_word, progress_word, due_on, n)
SELECT scope_id, 'action', 'office', '', 'unknown', due_on, count(*)
FROM made CROSS JOIN unnest(scopes) AS s (scope_id)
GROUP BY scope_id, due_on
ORDER BY scope_id
ON CONFLICT (scope_id, kind, addressee, position_word, progress_word, due_on)
DO UPDATE SET n = r.n + excluded.n;
COMMIT;
