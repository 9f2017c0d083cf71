-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_ids. Leans on assessment_subject_pkey.
DELETE FROM uptake.assessment_subject WHERE assessment_id = ANY ($1::bigint[])
