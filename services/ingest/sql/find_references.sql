-- SPDX-License-Identifier: Apache-2.0
-- Items that changes refer to: documents, parents, recommendations, units.
-- Parameters: $1 item keys. Leans on item_item_key_key.
-- Columns: item_key, item_id, kind, addressee, disclosure, retracted, scopes; of a unit: its own scope,
-- its region's, the unit it was merged into, and the scope of the one that does its work now and of
-- that one's region.
SELECT i.item_key, i.item_id, i.kind::text, i.addressee::text, i.disclosure::text, i.retracted, i.scopes,
       coalesce(u.scope_id, 0), coalesce(u.region_scope_id, 0), coalesce(u.merged_into_id, 0),
       coalesce(s.scope_id, 0), coalesce(s.region_scope_id, 0)
FROM uptake.item i
LEFT JOIN uptake.unit u USING (item_id)
LEFT JOIN uptake.unit s
       ON s.item_id = CASE WHEN u.merged_into_id IS NULL THEN u.item_id
                           ELSE uptake.successor_of(u.item_id) END
WHERE i.item_key = ANY ($1::text[])
