-- SPDX-License-Identifier: Apache-2.0
-- Actions of a scope as they stand on a day. Parameters: $1 scope_id, $2 day, $3 today, $4 document
-- or NULL, $5 true: only those still open, $6 progress or NULL, $7 time word or NULL, $8 after this
-- key or NULL, $9 most rows, $10 true: the longest overdue first (then $8 must be NULL).
-- Columns: item_key, code, text, document, its title, units, due_on, timeframe as written, progress,
-- time word, reported_on, days late or NULL, the row as JSON.
-- Leans on item_document where a document is given, responsibility_pkey, action_recommendation_pkey.
WITH chosen AS MATERIALIZED (
    SELECT i.item_id, i.item_key, i.document, i.addressee, i.due_on, i.revision, o.progress,
           o.time_word, o.reported_on,
           CASE WHEN o.time_word = 'overdue' THEN $2::date - i.due_on END AS days_late,
           CASE WHEN $10::boolean THEN i.due_on END AS first_due
    FROM uptake.actions_on($2::date, $3::date) o
    JOIN uptake.item i ON i.item_id = o.action_id
    WHERE i.scopes @> ARRAY[$1::int]
      AND NOT i.retracted
      AND ($4::text IS NULL OR i.document = $4::text)
      AND (NOT $5::boolean OR uptake.is_open(o.progress))
      AND ($6::text IS NULL OR o.progress = $6::text)
      AND ($7::text IS NULL OR o.time_word = $7::text)
      AND ($8::text IS NULL
           OR i.item_id > (SELECT item_id FROM uptake.item WHERE item_key = $8::text))
    ORDER BY first_due, i.item_id
    LIMIT $9::int
)
SELECT c.item_key, a.code, a.text, c.document, coalesce(d.title, c.document), r.names, c.due_on,
       a.timeframe_source, c.progress, c.time_word, c.reported_on, c.days_late,
       json_build_object(
           'key', c.item_key, 'code', a.code, 'text', a.text, 'document', c.document,
           'document_title', d.title, 'addressee', c.addressee, 'recommendations', w.codes,
           'units', r.units, 'due_on', c.due_on,
           'timeframe', json_build_object(
               'source', a.timeframe_source, 'start_on', a.start_on, 'due_on', c.due_on,
               'precision', a.timeframe_precision, 'progressive', a.progressive,
               'open', a.is_open),
           'progress', c.progress, 'time', c.time_word, 'reported_on', c.reported_on,
           'days_late', c.days_late, 'revision', c.revision)
FROM chosen c
JOIN uptake.action a USING (item_id)
LEFT JOIN uptake.item di ON di.item_key = c.document
LEFT JOIN uptake.document d ON d.item_id = di.item_id
CROSS JOIN LATERAL (
    SELECT coalesce(string_agg(coalesce(nullif(u.code, ''), p.name), ', ' ORDER BY p.ordinal)
                        FILTER (WHERE p.role IN ('lead', 'support')), '') AS names,
           coalesce(json_agg(json_build_object(
               'unit', k.item_key, 'code', u.code, 'name', p.name, 'role', p.role,
               'said_by', p.said_by, 'inferred', p.inferred, 'ambiguous', p.ambiguous,
               'vague', p.vague, 'confirmed', p.confirmed) ORDER BY p.ordinal), '[]') AS units
    FROM uptake.responsibility p
    LEFT JOIN uptake.unit u ON u.item_id = p.unit_id
    LEFT JOIN uptake.item k ON k.item_id = p.unit_id
    WHERE p.item_id = c.item_id
) r
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(m.code ORDER BY m.item_id), '[]') AS codes
    FROM uptake.action_recommendation x
    JOIN uptake.recommendation m ON m.item_id = x.recommendation_id
    WHERE x.action_id = c.item_id
) w
ORDER BY c.first_due, c.item_id
