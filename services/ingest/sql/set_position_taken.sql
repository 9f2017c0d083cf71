-- SPDX-License-Identifier: Apache-2.0
-- The position itself stands in item. Parameters: parallel arrays $1 item_id, $2 the source's own
-- word, $3 progress words its comment states (array literals). Leans on recommendation_pkey.
UPDATE uptake.recommendation r
SET position_source = p.source, comment_progress = p.words::uptake.progress_word[]
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS p (item_id, source, words)
WHERE r.item_id = p.item_id
