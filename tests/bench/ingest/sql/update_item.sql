-- SPDX-License-Identifier: Apache-2.0
-- The item after it. Parameters: $1 id, $2 revision, $3 change id, $4 progress word.
UPDATE uptake.item
SET revision = $2::int, group_changes[8] = $3, group_revisions[8] = $2::int, progress_before = progress,
    progress = $4::uptake.progress_word, reported_on = '2026-06-30', completed_on = NULL,
    has_evidence = false
WHERE item_id = $1
