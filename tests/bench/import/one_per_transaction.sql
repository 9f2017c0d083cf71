-- SPDX-License-Identifier: Apache-2.0
-- What the bench compares with: one new action per transaction, with the same effects as ingest's, the
-- way a careful programmer would write it for one item: prepared, the four feeds in one statement. For
-- pgbench.
\set unit random(1, 200)
\set recommendation random(1, 2000)
\set due random(0, 23)
BEGIN;
SELECT nextval('uptake.item_id_seq') AS item, nextval('uptake.change_id_seq') AS change \gset
SELECT i.item_id AS recommendation_id FROM uptake.item i
WHERE i.item_key = 'bench#' || :recommendation \gset
SELECT item_id AS unit_id, scope_id AS unit_scope, region_scope_id AS region_scope FROM uptake.unit
WHERE code = 'U' || lpad(:unit::text, 3, '0') \gset
INSERT INTO uptake.item (item_id, item_key, kind, document, parent_id, revision, group_changes,
                         group_revisions, disclosure, addressee, progress, due_on, scopes)
SELECT :item, 'bench#' || :recommendation || '/n' || :item, 'action', 'bench',
       (SELECT item_id FROM uptake.item WHERE item_key = 'bench'), 1,
       ARRAY[0, 0, 0, 0, :change, :change, :change]::bigint[], ARRAY[0, 0, 0, 0, 1, 1, 1]::bigint[],
       'internal', 'office', 'unknown', ('2028-01-28'::date + make_interval(months => :due::int))::date,
       ARRAY[1, LEAST(:unit_scope, :region_scope), GREATEST(:unit_scope, :region_scope)]::int[];
INSERT INTO uptake.action (item_id, code, text, timeframe_source, start_on, timeframe_precision,
                           progressive, is_open, responsibility_source, first_due_on)
VALUES (:item, 'n' || :item, 'Carry out step ' || :item || ' of the plan with the partners named there',
        'Q2/2027', '2027-04-01', 'quarter', false, false, 'table', ('2028-01-28'::date + make_interval(months => :due::int))::date);
INSERT INTO uptake.action_recommendation (action_id, recommendation_id)
VALUES (:item, :recommendation_id);
INSERT INTO uptake.responsibility (item_id, ordinal, unit_id, name, role, said_by, inferred, ambiguous,
                                   vague, confirmed)
VALUES (:item, 0, :unit_id, 'U' || :unit, 'lead', 'management', false, false, false, false);
INSERT INTO uptake.change (change_id, sender_id, message_id, body_sha256, operation, kind, document,
                           item_id, revision, body, outcome, progress, scopes, recorded_at)
SELECT :change, 1, gen_random_uuid(), sha256(b.body), 'set', 'action', 'bench', :item, 1, b.body,
       'committed', 'unknown',
       ARRAY[1, LEAST(:unit_scope, :region_scope), GREATEST(:unit_scope, :region_scope)]::int[],
       clock.at
FROM (SELECT convert_to(repeat(md5(:item::text), 9), 'UTF8') AS body) b,
     (SELECT '2026-01-01'::timestamptz + :change * interval '1 millisecond' AS at) clock;
SELECT seq FROM uptake.feed_head WHERE scope_id = 1 FOR UPDATE;
WITH head AS (
    UPDATE uptake.feed_head f
    SET seq = f.seq + 1,
        chain = sha256(f.chain || sha256(convert_to(repeat(md5(:item::text), 9), 'UTF8'))),
        recorded_at = f.recorded_at + interval '1 microsecond'
    WHERE f.scope_id IN (1, :unit_scope, :region_scope)
    RETURNING f.scope_id, f.seq, f.chain, f.recorded_at
)
INSERT INTO uptake.feed_segment (scope_id, first_seq, last_seq, change_ids, chain, recorded_at)
SELECT scope_id, seq, seq, ARRAY[:change]::bigint[], chain, recorded_at FROM head;
INSERT INTO uptake.rollup AS r (scope_id, kind, addressee, position_word, progress_word, due_on, n)
SELECT s, 'action', 'office', '', 'unknown', ('2028-01-28'::date + make_interval(months => :due::int))::date, 1
FROM unnest(ARRAY[1, :unit_scope, :region_scope]::int[]) AS s
ORDER BY s
ON CONFLICT (scope_id, kind, addressee, position_word, progress_word, due_on)
DO UPDATE SET n = r.n + 1;
COMMIT;
