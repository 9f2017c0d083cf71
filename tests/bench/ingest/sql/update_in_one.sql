-- SPDX-License-Identifier: Apache-2.0
-- One update, whole, in one statement. Parameters: $1 key, $2 base revision, $3 sender, $4 message id,
-- $5 hash, $6 body, $7 progress word, $8 recorded at. Columns: change id; no row where the base
-- revision is not the current one. The heads are locked in the order of their scopes, hq first, and
-- the counts move only once they are, so that two of these cannot wait for each other.
WITH old AS MATERIALIZED (
    SELECT item_id, document, progress, due_on, scopes, nextval('uptake.change_id_seq') AS change_id
    FROM uptake.item WHERE item_key = $1 AND revision = $2::int::int
    FOR NO KEY UPDATE
), item AS (
    UPDATE uptake.item i
    SET revision = i.revision + 1, group_changes[8] = o.change_id, group_revisions[8] = i.revision + 1,
        progress_before = i.progress, progress = $7::text::uptake.progress_word, reported_on = '2026-06-30',
        completed_on = NULL, has_evidence = false
    FROM old o WHERE i.item_id = o.item_id
    RETURNING o.*, i.revision
), said AS (
    INSERT INTO uptake.change (change_id, sender_id, message_id, body_sha256, operation, kind, document,
                               item_id, revision, body, outcome, progress, reported_on, scopes,
                               recorded_at)
    SELECT change_id, $3::int, $4::uuid, $5::bytea, 'set', 'action', document, item_id, revision,
           $6::bytea, 'committed',
           $7::text::uptake.progress_word, '2026-06-30', scopes, $8::timestamptz
    FROM item
    RETURNING change_id, scopes
), locked AS MATERIALIZED (
    SELECT f.scope_id, s.change_id
    FROM said s JOIN uptake.feed_head f ON f.scope_id = ANY (s.scopes)
    ORDER BY f.scope_id
    FOR UPDATE OF f
), head AS (
    UPDATE uptake.feed_head f
    SET seq = f.seq + 1, chain = sha256(f.chain || $5::bytea),
        recorded_at = greatest($8::timestamptz, f.recorded_at + interval '1 microsecond')
    FROM locked l WHERE f.scope_id = l.scope_id
    RETURNING f.scope_id, f.seq, f.chain, f.recorded_at, l.change_id
), segment AS (
    INSERT INTO uptake.feed_segment (scope_id, first_seq, last_seq, change_ids, chain, recorded_at)
    SELECT scope_id, seq, seq, ARRAY[change_id], chain, recorded_at FROM head
    RETURNING scope_id
), moved AS (
    INSERT INTO uptake.rollup AS r (scope_id, kind, addressee, position_word, progress_word, due_on, n)
    SELECT s.scope_id, 'action', 'office', '', w.word, o.due_on, w.n
    FROM segment s CROSS JOIN old o CROSS JOIN LATERAL (VALUES (o.progress::text, -1), ($7::text, 1)) AS w (word, n)
    ORDER BY s.scope_id, w.word
    ON CONFLICT (scope_id, kind, addressee, position_word, progress_word, due_on)
    DO UPDATE SET n = r.n + excluded.n
)
SELECT change_id FROM said
