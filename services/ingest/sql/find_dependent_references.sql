-- SPDX-License-Identifier: Apache-2.0
-- What decides who may see the dependents of items that move: every unit, their documents, actions and
-- the ends of links. Parameters: $1 keys of the items that move. Columns: as find_references.
WITH dependent AS MATERIALIZED (
    SELECT item_id FROM uptake.dependents_of($1::text[]) AS d (item_id)
), needed AS (
    SELECT item_id FROM uptake.unit
    UNION
    SELECT o.item_id
    FROM dependent JOIN uptake.item i USING (item_id) JOIN uptake.item o ON o.item_key = i.document
    UNION
    SELECT i.parent_id FROM dependent JOIN uptake.item i USING (item_id)
    UNION
    SELECT l.from_id FROM dependent JOIN uptake.link l USING (item_id)
    UNION
    SELECT l.to_id FROM dependent JOIN uptake.link l USING (item_id)
)
SELECT i.item_key, i.item_id, i.kind::text, i.addressee::text, i.disclosure::text, i.retracted, i.scopes,
       coalesce(u.scope_id, 0), coalesce(u.region_scope_id, 0), coalesce(u.merged_into_id, 0),
       coalesce(s.scope_id, 0), coalesce(s.region_scope_id, 0)
FROM needed
JOIN uptake.item i USING (item_id)
LEFT JOIN uptake.unit u USING (item_id)
LEFT JOIN uptake.unit s
       ON s.item_id = CASE WHEN u.merged_into_id IS NULL THEN u.item_id
                           ELSE uptake.successor_of(u.item_id) END
