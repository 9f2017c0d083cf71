-- SPDX-License-Identifier: Apache-2.0
-- How many findings of a scope wait for a person. Parameters: $1 scope_id. Columns: severity, n.
SELECT g.severity::text, count(*)
FROM uptake.finding g
JOIN uptake.item i USING (item_id)
WHERE i.scopes @> ARRAY[$1::int]
  AND NOT i.retracted
  AND NOT g.gone
  AND g.state IN ('open', 'assigned')
GROUP BY g.severity
ORDER BY g.severity DESC
