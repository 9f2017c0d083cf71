-- SPDX-License-Identifier: Apache-2.0
-- Items of a scope by what they say on every axis, in the order they were read; the time axis and
-- past progress are judged on a day. Parameters: $1 scope_id, $2 day, $3 today; each NULL leaves a
-- filter out: $4 kind, $5 document, $6 position, $7 progress, $8 time word, $9 unit's code,
-- $10 disclosure; $11 true: only actions still open, $12 after this key or NULL, $13 most rows.
-- Columns: item_key, the row as JSON (as list_known). Leans on item_document where a document is
-- given, responsibility_pkey.
WITH chosen AS MATERIALIZED (
    SELECT i.item_id, i.item_key, i.kind, i.document, i.addressee, i.disclosure, i.revision, i.due_on,
           CASE WHEN i.kind = 'recommendation'
                THEN coalesce(i.position_taken::text, 'none_given') END AS position_taken,
           o.progress, o.reported_on, o.time_word
    FROM uptake.item i
    LEFT JOIN uptake.actions_on($2::date, $3::date) o
           ON i.kind = 'action' AND o.action_id = i.item_id
    WHERE i.scopes @> ARRAY[$1::int]
      AND NOT i.retracted
      AND ($4::text IS NULL OR i.kind = $4::text::uptake.item_kind)
      AND ($5::text IS NULL OR i.document = $5::text)
      AND ($6::text IS NULL OR (i.kind = 'recommendation'
                                AND coalesce(i.position_taken::text, 'none_given') = $6::text))
      AND ($7::text IS NULL OR o.progress = $7::text)
      AND ($8::text IS NULL OR o.time_word = $8::text)
      AND ($9::text IS NULL OR EXISTS (
               SELECT FROM uptake.responsibility p JOIN uptake.unit u ON u.item_id = p.unit_id
               WHERE p.item_id = i.item_id AND u.code = $9::text))
      AND ($10::text IS NULL OR i.disclosure = $10::text::uptake.disclosure)
      AND (NOT $11::boolean OR (i.kind = 'action' AND uptake.is_open(o.progress)))
      AND ($12::text IS NULL
           OR i.item_id > (SELECT item_id FROM uptake.item WHERE item_key = $12::text))
    ORDER BY i.item_id
    LIMIT $13::int
)
SELECT c.item_key, json_build_object(
           'key', c.item_key, 'kind', c.kind, 'document', c.document, 'revision', c.revision,
           'code', coalesce(a.code, m.code, u.code, ''),
           'text', coalesce(a.text, m.text, d.title, u.name, y.title, ''),
           'position', c.position_taken, 'position_source', m.position_source,
           'progress', c.progress, 'reported_on', c.reported_on, 'time', c.time_word,
           'due_on', c.due_on, 'timeframe_source', a.timeframe_source,
           'disclosure', c.disclosure, 'addressee', c.addressee,
           'units', r.units)
FROM chosen c
LEFT JOIN uptake.action a USING (item_id)
LEFT JOIN uptake.recommendation m USING (item_id)
LEFT JOIN uptake.document d USING (item_id)
LEFT JOIN uptake.unit u USING (item_id)
LEFT JOIN uptake.policy y USING (item_id)
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
               'unit', k.item_key, 'code', w.code, 'name', p.name, 'role', p.role,
               'said_by', p.said_by) ORDER BY p.ordinal), '[]') AS units
    FROM uptake.responsibility p
    LEFT JOIN uptake.unit w ON w.item_id = p.unit_id
    LEFT JOIN uptake.item k ON k.item_id = p.unit_id
    WHERE p.item_id = c.item_id
) r
ORDER BY c.item_id
