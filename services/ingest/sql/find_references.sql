-- SPDX-License-Identifier: Apache-2.0
-- Items that changes refer to: documents, parents, recommendations, units.
-- Parameters: $1 item keys. Leans on item_item_key_key.
-- Columns: item_key, item_id, kind, addressee, disclosure, scopes, unit scope, region scope.
SELECT i.item_key, i.item_id, i.kind::text, i.addressee::text, i.disclosure::text, i.scopes,
       coalesce(u.scope_id, 0), coalesce(u.region_scope_id, 0)
FROM uptake.item i
LEFT JOIN uptake.unit u USING (item_id)
WHERE i.item_key = ANY ($1::text[])
