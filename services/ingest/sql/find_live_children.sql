-- SPDX-License-Identifier: Apache-2.0
-- What still stands on items that are to be retracted: what lies in them, actions that answer them,
-- items a unit is responsible for. Parameters: $1 item keys, $2 most.
-- Columns: item_key, key of what stands on it.
-- Leans on item_item_key_key, item_parent, action_recommendation_back, responsibility_unit.
WITH below AS (
    SELECT p.item_key, c.item_id
    FROM uptake.item p JOIN uptake.item c ON c.parent_id = p.item_id
    WHERE p.item_key = ANY ($1::text[])
    UNION
    SELECT p.item_key, a.action_id
    FROM uptake.item p JOIN uptake.action_recommendation a ON a.recommendation_id = p.item_id
    WHERE p.item_key = ANY ($1::text[])
    UNION
    SELECT p.item_key, r.item_id
    FROM uptake.item p JOIN uptake.responsibility r ON r.unit_id = p.item_id
    WHERE p.item_key = ANY ($1::text[])
)
SELECT b.item_key, i.item_key
FROM below b
JOIN uptake.item i USING (item_id)
WHERE NOT i.retracted AND i.kind NOT IN ('reminder', 'link', 'finding')
LIMIT $2::int
