-- SPDX-License-Identifier: Apache-2.0
-- What a person made of conflicts. Parameters: parallel arrays $1 conflict_id, $2 decision,
-- $3 decided_by, $4 revision of the item that says so. Leans on conflict_pkey.
UPDATE uptake.conflict c
SET decision = d.decision::uptake.conflict_word, decided_by = d.decided_by,
    decided_revision = d.revision
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
     AS d (conflict_id, decision, decided_by, revision)
WHERE c.conflict_id = d.conflict_id
