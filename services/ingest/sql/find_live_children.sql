-- SPDX-License-Identifier: Apache-2.0
-- What still stands on items that are to be retracted. Parameters: $1 item keys, $2 most of each.
-- Columns: item_key, key of what stands on it. Leans on item_parent,
-- action_recommendation_back, responsibility_unit, assessment_subject_back, indicator_about.
SELECT p.item_key, c.item_key
FROM uptake.item p
CROSS JOIN LATERAL (
    SELECT i.item_key
    FROM uptake.standing s JOIN uptake.item i USING (item_id)
    WHERE s.on_id = p.item_id AND NOT i.retracted
    LIMIT $2::int
) c
WHERE p.item_key = ANY ($1::text[])
