-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 round's id, $3 assessor, $4 level, $5 the source's word.
INSERT INTO uptake.assessment (item_id, round_id, assessor, level, source)
SELECT item_id, round_id, assessor, level::uptake.assessment_level, source
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
     AS a (item_id, round_id, assessor, level, source)
ON CONFLICT (item_id) DO UPDATE
SET round_id = excluded.round_id, assessor = excluded.assessor, level = excluded.level,
    source = excluded.source
