-- SPDX-License-Identifier: Apache-2.0
-- What each principal may push. Parameters: none.
-- Columns: principal_id, kind, document (empty: all), field groups between commas (empty: all of the
-- kind), unit's key (empty: all), scope of that unit (0: the register has no such unit).
SELECT g.principal_id, g.kind::text, coalesce(g.document, ''), array_to_string(g.groups, ','), g.unit,
       coalesce(u.scope_id, 0)
FROM uptake.push_grant g
LEFT JOIN uptake.item i ON g.unit <> '' AND i.item_key = g.unit
LEFT JOIN uptake.unit u USING (item_id)
ORDER BY g.principal_id, g.kind, g.document, g.unit
