-- SPDX-License-Identifier: Apache-2.0
-- Recommendations of a scope, in the order they were read. Parameters: $1 scope_id, $2 document or
-- NULL, $3 position or NULL, $4 after this key or NULL, $5 most rows, $6 true: only those with a
-- position, $7 true: only those accepted, also with changes or in part.
-- Columns: item_key, code, text, document, its title, position, the source's word, actions.
SELECT i.item_key, m.code, m.text, i.document, coalesce(d.title, i.document),
       coalesce(i.position_taken::text, 'none_given'), m.position_source,
       (SELECT count(*) FROM uptake.action_recommendation x
        JOIN uptake.item ai ON ai.item_id = x.action_id
        WHERE x.recommendation_id = i.item_id AND NOT ai.retracted
          AND ai.scopes @> ARRAY[$1::int])
FROM uptake.item i
JOIN uptake.recommendation m USING (item_id)
LEFT JOIN uptake.item di ON di.item_key = i.document
LEFT JOIN uptake.document d ON d.item_id = di.item_id
WHERE i.kind = 'recommendation'
  AND NOT i.retracted
  AND i.scopes @> ARRAY[$1::int]
  AND ($2::text IS NULL OR i.document = $2::text)
  AND ($3::text IS NULL OR coalesce(i.position_taken::text, 'none_given') = $3::text)
  AND (NOT $6::boolean OR coalesce(i.position_taken, 'none_given') <> 'none_given')
  AND (NOT $7::boolean
       OR i.position_taken IN ('accepted', 'accepted_with_changes', 'partially_accepted'))
  AND i.item_id > coalesce((SELECT item_id FROM uptake.item WHERE item_key = $4::text),
                           CASE WHEN $4::text IS NULL THEN 0 ELSE 9223372036854775807 END)
ORDER BY i.item_id
LIMIT $5::int
