-- SPDX-License-Identifier: Apache-2.0
-- New items. Parameters: parallel arrays $1 item_id, $2 item_key, $3 kind, $4 document, $5 parent_id,
-- $6 revision, $7 group_changes, $8 group_revisions, $9 disclosure, $10 addressee,
-- $11 position_taken, $12 progress, $13 reported_on, $14 due_on, $15 scopes (array literals),
-- $16 hold, $17 completed_on, $18 flags (1 retracted, 2 has evidence).
INSERT INTO uptake.item (item_id, item_key, kind, document, parent_id, revision, group_changes,
                         group_revisions, disclosure, addressee, position_taken, progress,
                         reported_on, due_on, scopes, hold, completed_on, retracted, has_evidence)
SELECT item_id, item_key, kind::uptake.item_kind, document, parent_id, revision,
       group_changes::bigint[], group_revisions::int[], disclosure::uptake.disclosure,
       addressee::uptake.addressee, position_taken::uptake.position_word,
       progress::uptake.progress_word, reported_on::date, due_on::date, scopes::int[],
       hold::uptake.hold_word, completed_on::date, flags & 1 > 0, flags & 2 > 0
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
            $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
            $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[])
     AS i (item_id, item_key, kind, document, parent_id, revision, group_changes,
           group_revisions, disclosure, addressee, position_taken, progress, reported_on, due_on,
           scopes, hold, completed_on, flags)
