-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 review, $3 the revision it speaks of. Leans on action_pkey.
UPDATE uptake.action a
SET review = r.review::uptake.review_word, reviewed_revision = r.of_revision
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS r (item_id, review, of_revision)
WHERE a.item_id = r.item_id
