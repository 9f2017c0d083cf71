-- SPDX-License-Identifier: Apache-2.0
-- What was recorded of the items of a scope by an instant, and of what they are judged by: their
-- documents, the policies and, if asked for, the units. One row per change, items in the order they
-- were read, each item's changes in theirs. Parameters: $1 scope_id, $2 the instant, $3 its civil day,
-- $4 day the progress is judged on, $5 kind or NULL, $6 document or NULL, $7 after this key or NULL,
-- $8 most items, $9 true: the units too.
-- Known by T is what stands in a segment of hq (scope 1) recorded by T. A segment is stamped with the
-- instant of its changes, or one microsecond after the segment before it where that is later. So the
-- end of what was known is looked up by halving, and what came after it though its changes were
-- stamped by T stands in an unbroken run of microseconds behind T; no page reads the feed.
-- An item is told if it lay in the scope then (the scope's newest entry of it was no leave) and lies
-- in it still: what was taken out of sight stays so. One that is not told has a single row without
-- revision. Progress is judged as uptake.actions_on does, from known changes alone.
-- Columns: part (item, document, policy, unit), item_key, kind, document, revision, progress,
-- reported_on, body.
-- Leans on feed_segment_pkey, change_item, item_pkey; item_document where a document is given.
WITH RECURSIVE halving (low, high) AS (
    SELECT 0::bigint, seq FROM uptake.feed_head WHERE scope_id = 1
    UNION
    SELECT CASE WHEN s.recorded_at <= $2::timestamptz THEN s.last_seq ELSE h.low END,
           CASE WHEN s.recorded_at <= $2::timestamptz THEN h.high ELSE s.first_seq - 1 END
    FROM halving h
    CROSS JOIN LATERAL (
        SELECT first_seq, last_seq, recorded_at
        FROM uptake.feed_segment
        WHERE scope_id = 1 AND last_seq > (h.low + h.high) / 2
        ORDER BY last_seq
        LIMIT 1
    ) s
    WHERE h.low < h.high AND s.last_seq <= h.high
), late (last_seq, recorded_at, change_ids) AS (
    SELECT s.last_seq, s.recorded_at, s.change_ids
    FROM (SELECT max(low) AS seq FROM halving) known
    CROSS JOIN LATERAL (
        SELECT last_seq, recorded_at, change_ids
        FROM uptake.feed_segment
        WHERE scope_id = 1 AND last_seq > known.seq
        ORDER BY last_seq
        LIMIT 1
    ) s
    WHERE s.recorded_at = $2::timestamptz + interval '1 microsecond'
    UNION ALL
    SELECT s.last_seq, s.recorded_at, s.change_ids
    FROM late l
    CROSS JOIN LATERAL (
        SELECT last_seq, recorded_at, change_ids
        FROM uptake.feed_segment
        WHERE scope_id = 1 AND last_seq > l.last_seq
        ORDER BY last_seq
        LIMIT 1
    ) s
    WHERE s.recorded_at = l.recorded_at + interval '1 microsecond'
), page AS MATERIALIZED (
    SELECT i.item_id, i.item_key, i.kind, i.document
    FROM uptake.item i
    WHERE i.scopes @> ARRAY[$1::int]
      AND ($5::text IS NULL OR i.kind = $5::text::uptake.item_kind)
      AND ($6::text IS NULL OR i.document = $6::text)
      -- One value, so that a page begins where the last one ended and reads none of those before it.
      AND i.item_id > coalesce((SELECT item_id FROM uptake.item WHERE item_key = $7::text),
                               CASE WHEN $7::text IS NULL THEN 0 ELSE 9223372036854775807 END)
    ORDER BY i.item_id
    LIMIT $8::int
), candidate AS MATERIALIZED (
    SELECT 'item' AS part, p.* FROM page p
    UNION ALL
    SELECT 'document', d.item_id, d.item_key, d.kind, d.document
    FROM uptake.item d
    WHERE d.item_key IN (SELECT document FROM page)
    UNION ALL
    SELECT i.kind::text, i.item_id, i.item_key, i.kind, i.document
    FROM uptake.item i
    WHERE (i.document = 'policies' AND i.kind = 'policy')
       OR ($9::boolean AND i.document = 'units' AND i.kind = 'unit')
), said AS MATERIALIZED (
    SELECT i.part, c.item_id, c.change_id, c.revision, c.body, c.progress, c.reported_on,
           c.recorded_at
    FROM candidate i
    JOIN uptake.change c USING (item_id)
    WHERE c.operation = 'set'
      AND c.recorded_at <= $2::timestamptz
      AND NOT EXISTS (SELECT FROM late l WHERE c.change_id = ANY (l.change_ids))
), seen AS (
    SELECT DISTINCT ON (c.item_id) c.item_id, c.operation
    FROM (SELECT item_id, max(revision) AS revision FROM said WHERE part = 'item'
          GROUP BY item_id) newest
    JOIN uptake.change c ON c.item_id = newest.item_id AND c.revision <= newest.revision
    WHERE c.scopes @> ARRAY[$1::int]
    ORDER BY c.item_id, c.revision DESC, c.change_id DESC
), told AS MATERIALIZED (
    SELECT s.*, (s.progress, s.reported_on) IS DISTINCT FROM
                (lag(s.progress, 1, 'unknown') OVER w, lag(s.reported_on) OVER w) AS reported
    FROM said s
    WHERE s.part <> 'item'
       OR EXISTS (SELECT FROM seen WHERE seen.item_id = s.item_id AND seen.operation <> 'leave')
    WINDOW w AS (PARTITION BY s.part, s.item_id ORDER BY s.revision, s.change_id)
), judged AS (
    SELECT DISTINCT ON (item_id) item_id, progress, reported_on
    FROM told
    WHERE part = 'item'
      AND ($4::date >= $3::date
           OR (reported AND (reported_on IS NULL OR reported_on <= $4::date)))
    ORDER BY item_id,
             CASE WHEN $4::date < $3::date
                  THEN coalesce(reported_on, (recorded_at AT TIME ZONE 'UTC')::date) END DESC,
             revision DESC, change_id DESC
)
SELECT i.part, i.item_key, i.kind::text, i.document, t.revision,
       CASE WHEN i.kind = 'action' THEN coalesce(j.progress::text, 'unknown') END, j.reported_on,
       t.body
FROM candidate i
LEFT JOIN told t USING (part, item_id)
LEFT JOIN judged j USING (item_id)
ORDER BY i.part, i.item_id, t.revision, t.change_id
