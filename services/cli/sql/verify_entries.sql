-- SPDX-License-Identifier: Apache-2.0
-- Changes that do not stand once in the feed of each of their scopes, and in no other.
-- Parameters: $1 scope_id or NULL. Columns: invariant, place, what differs. Reads change and
-- feed_segment whole.
WITH entry AS (
    SELECT s.scope_id, u.change_id, count(*) AS n
    FROM uptake.feed_segment s
    CROSS JOIN unnest(s.change_ids) AS u (change_id)
    WHERE $1::int IS NULL OR s.scope_id = $1::int
    GROUP BY 1, 2
), listed AS (
    SELECT DISTINCT u.scope_id, c.change_id
    FROM uptake.change c
    CROSS JOIN unnest(c.scopes) AS u (scope_id)
    WHERE $1::int IS NULL OR u.scope_id = $1::int
)
SELECT 'I13', n.name || ', change ' || change_id,
       CASE WHEN e.n IS NULL THEN 'is missing from this feed'
            WHEN l.change_id IS NULL THEN 'stands in this feed, but says nothing of it'
            ELSE 'stands ' || e.n || ' times in this feed' END
FROM entry e
FULL JOIN listed l USING (scope_id, change_id)
LEFT JOIN uptake.scope n USING (scope_id)
WHERE e.n IS DISTINCT FROM 1 OR l.change_id IS NULL
ORDER BY scope_id, change_id
LIMIT 100000
