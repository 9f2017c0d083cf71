-- SPDX-License-Identifier: Apache-2.0
-- What assessments are about. Parameters: parallel arrays $1 assessment's item_id, $2 subject's.
INSERT INTO uptake.assessment_subject (assessment_id, subject_id)
SELECT assessment_id, subject_id
FROM unnest($1::bigint[], $2::bigint[]) AS a (assessment_id, subject_id)
ON CONFLICT (assessment_id, subject_id) DO NOTHING
