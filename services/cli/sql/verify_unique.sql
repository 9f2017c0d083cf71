-- SPDX-License-Identifier: Apache-2.0
-- Messages that have been applied more than once. Parameters: $1 scope_id or NULL.
-- Columns: invariant, place, what differs. Reads change whole.
SELECT 'I1', p.name || ' ' || replace(d.message_id::text, '-', ''),
       'was applied ' || d.n || ' times, first as change ' || d.first
FROM (SELECT sender_id, message_id, count(*) AS n, min(change_id) AS first
      FROM uptake.change
      WHERE $1::int IS NULL OR scopes @> ARRAY[$1::int]
      GROUP BY 1, 2
      HAVING count(*) > 1) d
LEFT JOIN uptake.principal p ON p.principal_id = d.sender_id
ORDER BY d.first
LIMIT 100000
