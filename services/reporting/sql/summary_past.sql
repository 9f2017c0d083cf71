-- SPDX-License-Identifier: Apache-2.0
-- The same counts as they stood on a day that has passed, by what was reported until then.
-- Parameters: $1 scope_id, $2 day, $3 today. Columns: axis, word, n, as summary_now.
WITH judged AS MATERIALIZED (
    SELECT i.addressee, o.progress, o.time_word
    FROM uptake.actions_on($2::date, $3::date) o
    JOIN uptake.item i ON i.item_id = o.action_id
    WHERE i.scopes @> ARRAY[$1::int] AND NOT i.retracted
)
SELECT 'position', coalesce(position_taken::text, 'none_given'), count(*)
FROM uptake.item
WHERE kind = 'recommendation' AND NOT retracted AND scopes @> ARRAY[$1::int]
GROUP BY 2
UNION ALL
SELECT 'progress', progress, count(*) FROM judged GROUP BY 2
UNION ALL
SELECT 'time', time_word, count(*) FROM judged GROUP BY 2
UNION ALL
SELECT 'chased', 'open', count(*) FROM judged
WHERE addressee <> 'state' AND uptake.is_open(progress)
HAVING count(*) > 0
