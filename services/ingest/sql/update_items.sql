-- SPDX-License-Identifier: Apache-2.0
-- Changed items, locked before. Parameters: parallel arrays $1 item_id, $2 revision,
-- $3 group_changes, $4 group_revisions, $5 disclosure, $6 position_taken, $7 progress,
-- $8 reported_on, $9 due_on, $10 scopes (array literals), $11 hold, $12 completed_on, $13 flags
-- (1 retracted, 2 has evidence), $14 parent_id, $15 addressee. Leans on item_pkey.
UPDATE uptake.item i
SET revision = n.revision,
    group_changes = n.group_changes::bigint[],
    group_revisions = n.group_revisions::int[],
    disclosure = n.disclosure::uptake.disclosure,
    position_taken = n.position_taken::uptake.position_word,
    progress = n.progress::uptake.progress_word,
    reported_on = n.reported_on::date,
    due_on = n.due_on::date,
    scopes = n.scopes::int[],
    hold = n.hold::uptake.hold_word,
    completed_on = n.completed_on::date,
    retracted = n.flags & 1 > 0,
    has_evidence = n.flags & 2 > 0,
    parent_id = n.parent_id,
    addressee = n.addressee::uptake.addressee
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
            $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
            $13::bigint[], $14::bigint[], $15::text[])
     AS n (item_id, revision, group_changes, group_revisions, disclosure, position_taken,
           progress, reported_on, due_on, scopes, hold, completed_on, flags, parent_id, addressee)
WHERE i.item_id = n.item_id
