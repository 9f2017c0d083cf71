-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 relation, $3 and $4 ids of its ends (the second NULL: not in
-- the register), $5 cited document, $6 cited paragraph, $7 score.
INSERT INTO uptake.link (item_id, relation, from_id, to_id, cited_document, cited_paragraph, score)
SELECT item_id, relation::uptake.relation, from_id, to_id, cited_document, cited_paragraph, score
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
     AS l (item_id, relation, from_id, to_id, cited_document, cited_paragraph, score)
ON CONFLICT (item_id) DO UPDATE
SET relation = excluded.relation, from_id = excluded.from_id, to_id = excluded.to_id,
    cited_document = excluded.cited_document, cited_paragraph = excluded.cited_paragraph,
    score = excluded.score
