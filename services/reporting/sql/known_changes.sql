-- SPDX-License-Identifier: Apache-2.0
-- What was recorded of the items of a scope by an instant: one row per change, items in the order
-- they were read, each item's changes in theirs. Known by T is what stands in a segment of hq
-- (scope 1) that was recorded by T. Parameters: $1 scope_id, $2 the instant, $3 its civil day,
-- $4 day the progress is judged on, $5 kind or NULL, $6 document or NULL, $7 after this key or
-- NULL, $8 most items. An item is told if it lay in the scope then (the scope's newest entry of it
-- was no leave) and lies in it still: what was taken out of sight stays so. One that is not told
-- has a single row without revision. Progress is judged as uptake.actions_on does, from known
-- changes alone.
-- Columns: item_key, kind, document, addressee, revision, progress, reported_on, body.
-- Leans on change_item, item_document where a document is given.
WITH candidate AS MATERIALIZED (
    SELECT i.item_id, i.item_key, i.kind, i.document, i.addressee
    FROM uptake.item i
    WHERE i.scopes @> ARRAY[$1::int]
      AND ($5::text IS NULL OR i.kind = $5::text::uptake.item_kind)
      AND ($6::text IS NULL OR i.document = $6::text)
      AND ($7::text IS NULL
           OR i.item_id > (SELECT item_id FROM uptake.item WHERE item_key = $7::text))
    ORDER BY i.item_id
    LIMIT $8::int
), known AS MATERIALIZED (
    SELECT u.change_id
    FROM uptake.feed_segment s
    CROSS JOIN unnest(s.change_ids) AS u (change_id)
    WHERE s.scope_id = 1 AND s.recorded_at <= $2::timestamptz
), said AS MATERIALIZED (
    SELECT c.item_id, c.change_id, c.revision, c.body, c.progress, c.reported_on, c.recorded_at
    FROM candidate i
    JOIN uptake.change c USING (item_id)
    JOIN known USING (change_id)
    WHERE c.operation = 'set'
), seen AS (
    SELECT DISTINCT ON (c.item_id) c.item_id, c.operation
    FROM (SELECT item_id, max(revision) AS revision FROM said GROUP BY item_id) newest
    JOIN uptake.change c ON c.item_id = newest.item_id AND c.revision <= newest.revision
    WHERE c.scopes @> ARRAY[$1::int]
    ORDER BY c.item_id, c.revision DESC, c.change_id DESC
), told AS MATERIALIZED (
    SELECT s.*, (s.progress, s.reported_on) IS DISTINCT FROM
                (lag(s.progress, 1, 'unknown') OVER w, lag(s.reported_on) OVER w) AS reported
    FROM said s
    JOIN seen USING (item_id)
    WHERE seen.operation <> 'leave'
    WINDOW w AS (PARTITION BY s.item_id ORDER BY s.revision, s.change_id)
), judged AS (
    SELECT DISTINCT ON (item_id) item_id, progress, reported_on
    FROM told
    WHERE $4::date >= $3::date
       OR (reported AND (reported_on IS NULL OR reported_on <= $4::date))
    ORDER BY item_id,
             CASE WHEN $4::date < $3::date
                  THEN coalesce(reported_on, (recorded_at AT TIME ZONE 'UTC')::date) END DESC,
             revision DESC, change_id DESC
)
SELECT i.item_key, i.kind::text, i.document, i.addressee::text, t.revision,
       CASE WHEN i.kind = 'action' THEN coalesce(j.progress::text, 'unknown') END, j.reported_on,
       t.body
FROM candidate i
LEFT JOIN told t USING (item_id)
LEFT JOIN judged j USING (item_id)
ORDER BY i.item_id, t.revision, t.change_id
