-- SPDX-License-Identifier: Apache-2.0
-- Counts of a scope by position, progress and time, from the present state.
-- Parameters: $1 scope_id, $2 day the time axis is judged on. Columns: axis, word, n. Axis "chased":
-- actions still open that are no State's.
-- Leans on rollup_pkey.
WITH counted AS MATERIALIZED (
    SELECT kind, addressee, coalesce(nullif(position_word, ''), 'none_given') AS position_word,
           coalesce(nullif(progress_word, ''), 'unknown') AS progress_word,
           uptake.time_word(progress_word, addressee, due_on, $2::date) AS time_word, sum(n) AS n
    FROM uptake.counted
    WHERE scope_id = $1::int AND kind IN ('recommendation', 'action')
    GROUP BY kind, addressee, position_word, progress_word, due_on
    HAVING sum(n) > 0
)
SELECT 'position', position_word, sum(n) FROM counted WHERE kind = 'recommendation' GROUP BY 2
UNION ALL
SELECT 'progress', progress_word, sum(n) FROM counted WHERE kind = 'action' GROUP BY 2
UNION ALL
SELECT 'time', time_word, sum(n) FROM counted WHERE kind = 'action' GROUP BY 2
UNION ALL
SELECT 'chased', 'open', sum(n) FROM counted
WHERE kind = 'action' AND addressee <> 'state' AND uptake.is_open(progress_word)
HAVING sum(n) > 0
