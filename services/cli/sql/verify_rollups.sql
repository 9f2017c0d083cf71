-- SPDX-License-Identifier: Apache-2.0
-- Counts that are not those of the items. Parameters: $1 scope_id or NULL.
-- Columns: invariant, place, what differs. Reads item and counted whole.
WITH counted AS (
    SELECT s.scope_id, i.kind, i.addressee, coalesce(i.position_taken::text, '') AS position_word,
           coalesce(i.progress::text, '') AS progress_word, coalesce(i.due_on, 'infinity') AS due_on,
           count(*) AS n
    FROM uptake.item i CROSS JOIN unnest(i.scopes) AS s (scope_id)
    WHERE i.kind IN ('recommendation', 'action') AND NOT i.retracted
      AND ($1::int IS NULL OR s.scope_id = $1::int)
    GROUP BY 1, 2, 3, 4, 5, 6
), kept AS (
    SELECT scope_id, kind, addressee, position_word, progress_word, due_on, sum(n) AS n
    FROM uptake.counted
    WHERE $1::int IS NULL OR scope_id = $1::int
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING sum(n) <> 0
)
SELECT 'I17', concat_ws(' ', s.name, kind, addressee, nullif(position_word, ''),
                        nullif(progress_word, ''), 'due', due_on),
       'counted ' || coalesce(k.n, 0) || ', there are ' || coalesce(c.n, 0)
FROM kept k
FULL JOIN counted c USING (scope_id, kind, addressee, position_word, progress_word, due_on)
LEFT JOIN (SELECT scope_id, name FROM uptake.scope) s USING (scope_id)
WHERE k.n IS DISTINCT FROM c.n
LIMIT 100000
