-- SPDX-License-Identifier: Apache-2.0
-- Progress reports on actions whose revision is the one their senders saw, all at once: the revision
-- check is the first step, so a repeat falls through without being looked for. What does not come
-- back - stale, repeated, refused before, of another kind - is for the careful path.
-- Parameters: parallel arrays in the order of the keys, one report per action: $1 sender_id,
-- $2 message_id, $3 body_sha256, $4 item_key, $5 document, $6 base revision, $7 progress,
-- $8 reported_on, $9 completed_on, $10 names evidence (1 or 0), $11 body; $12 recorded_at.
-- Columns: ordinal in the arrays (from 1), change_id, progress before, revision, scopes.
-- Leans on item_item_key_key, refusal_pkey. Element 8 of the groups is progress_report.
WITH report AS MATERIALIZED (
    SELECT nextval('uptake.change_id_seq') AS change_id, r.*
    FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::bigint[],
                $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bytea[]) WITH ORDINALITY
         AS r (sender_id, message_id, body_sha256, item_key, document, base_revision, progress,
               reported_on, completed_on, evidence, body, ordinal)
), taken AS (
    UPDATE uptake.item i
    SET revision = i.revision + 1,
        group_changes[8] = r.change_id,
        group_revisions[8] = i.revision + 1,
        progress_before = coalesce(i.progress, 'unknown'),
        progress = r.progress::uptake.progress_word,
        reported_on = r.reported_on::date,
        completed_on = r.completed_on::date,
        has_evidence = r.evidence > 0
    FROM report r
    WHERE i.item_key = r.item_key
      AND i.revision = r.base_revision
      AND i.kind = 'action'
      AND i.document = r.document
      AND NOT i.retracted
      AND cardinality(i.group_changes) >= 8
      AND NOT EXISTS (SELECT FROM uptake.refusal f
                      WHERE f.sender_id = r.sender_id AND f.message_id = r.message_id)
    RETURNING r.ordinal, r.change_id, r.sender_id, r.message_id, r.body_sha256, r.document, r.body,
              i.item_id, i.revision, i.progress, i.progress_before, i.reported_on, i.due_on,
              i.addressee, i.scopes
), told AS (
    INSERT INTO uptake.change (change_id, sender_id, message_id, body_sha256, operation, kind,
                               document, item_id, revision, body, outcome, progress, reported_on,
                               scopes, recorded_at, progress_before, addressee, due_on)
    SELECT change_id, sender_id, message_id, body_sha256, 'set', 'action', document, item_id,
           revision, body, 'committed', progress, reported_on, scopes, $12::timestamptz,
           progress_before, addressee, due_on
    FROM taken
)
SELECT ordinal, change_id, progress_before::text, revision, scopes FROM taken
