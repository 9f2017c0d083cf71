-- SPDX-License-Identifier: Apache-2.0
-- What decides who may see items: every unit, their documents and actions, the ends of links, what is
-- judged, measured or found. Parameters: $1 ids of what moves and of its dependents.
-- Columns: as find_references.
WITH concerned AS MATERIALIZED (
    SELECT item_id FROM unnest($1::bigint[]) AS c (item_id)
), needed AS (
    SELECT item_id FROM uptake.unit
    UNION
    SELECT o.item_id
    FROM concerned JOIN uptake.item i USING (item_id) JOIN uptake.item o ON o.item_key = i.document
    UNION
    SELECT i.parent_id FROM concerned JOIN uptake.item i USING (item_id)
    UNION
    SELECT l.from_id FROM concerned JOIN uptake.link l USING (item_id)
    UNION
    SELECT l.to_id FROM concerned JOIN uptake.link l USING (item_id)
    UNION
    SELECT s.subject_id FROM concerned JOIN uptake.assessment_subject s ON s.assessment_id = item_id
    UNION
    SELECT i.about_id FROM concerned JOIN uptake.indicator i USING (item_id)
    UNION
    SELECT a.item_id
    FROM concerned JOIN uptake.finding f USING (item_id) JOIN uptake.item a ON a.item_key = f.about
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
