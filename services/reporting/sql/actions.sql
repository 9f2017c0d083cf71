-- SPDX-License-Identifier: Apache-2.0
-- Actions of a scope as they stand on a day. Parameters: $1 scope_id, $2 day, $3 today, $4 document
-- or NULL, $5 true: only those still open, $6 progress or NULL, $7 time word or NULL, $8 after this
-- key or NULL, $9 most rows, $10 true: the longest overdue first (then $8 must be NULL),
-- $11 recommendation or part they answer or NULL, $12 true: without a State's, $13 true: only those
-- with a known progress.
-- Columns: item_key, code, text, document, its title, units, due_on, timeframe as written, progress,
-- time word, reported_on, days late or NULL, day first agreed, days late against that or NULL, the row
-- as JSON. Leans on item_document where a document is given, responsibility_pkey, extension_pkey,
-- milestone_pkey, action_recommendation_pkey and action_recommendation_back.
WITH fitting AS NOT MATERIALIZED (
    SELECT i.item_id, i.item_key, i.document, i.addressee, i.due_on, i.revision, i.hold,
           i.completed_on, o.progress, o.time_word, o.reported_on,
           CASE WHEN o.time_word = 'overdue' THEN $2::date - i.due_on END AS days_late
    FROM uptake.item i
    CROSS JOIN LATERAL (
        -- OFFSET 0 keeps this a look-up per item: joined as a set, every page would judge all actions.
        SELECT * FROM uptake.actions_on($2::date, $3::date) a
        WHERE a.action_id = i.item_id
        OFFSET 0
    ) o
    WHERE i.kind = 'action'
      AND i.scopes @> ARRAY[$1::int]
      AND NOT i.retracted
      AND ($4::text IS NULL OR i.document = $4::text)
      AND (NOT $5::boolean OR uptake.is_open(o.progress))
      AND ($6::text IS NULL OR o.progress = $6::text)
      AND ($7::text IS NULL OR o.time_word = $7::text)
      -- One value, so that a page begins where the last one ended and reads none of those before it.
      AND i.item_id > coalesce((SELECT item_id FROM uptake.item WHERE item_key = $8::text),
                               CASE WHEN $8::text IS NULL THEN 0 ELSE 9223372036854775807 END)
      AND (NOT $12::boolean OR i.addressee <> 'state')
      AND (NOT $13::boolean OR o.progress <> 'unknown')
      AND ($11::text IS NULL OR EXISTS (
               SELECT FROM uptake.action_recommendation x
               JOIN uptake.item m ON m.item_id = x.recommendation_id
               WHERE x.action_id = i.item_id AND m.item_key = $11::text))
), chosen AS MATERIALIZED (
    -- One of the two is empty: in the order of the items a page ends where it is full.
    (SELECT *, NULL::date AS first_due FROM fitting
     WHERE NOT $10::boolean
     ORDER BY item_id
     LIMIT $9::int)
    UNION ALL
    (SELECT *, due_on FROM fitting
     WHERE $10::boolean
     ORDER BY due_on, item_id
     LIMIT $9::int)
)
SELECT c.item_key, a.code, a.text, c.document, coalesce(d.title, c.document), r.names, c.due_on,
       a.timeframe_source, c.progress, c.time_word, c.reported_on, c.days_late, a.first_due_on,
       f.days_late_first, json_build_object(
           'key', c.item_key, 'code', a.code, 'text', a.text, 'document', c.document,
           'document_title', d.title, 'addressee', c.addressee, 'recommendations', w.codes,
           'units', r.units, 'due_on', c.due_on, 'first_due_on', a.first_due_on,
           'timeframe', json_build_object(
               'source', a.timeframe_source, 'start_on', a.start_on, 'due_on', c.due_on,
               'precision', a.timeframe_precision, 'progressive', a.progressive,
               'open', a.is_open),
           'progress', c.progress, 'time', c.time_word, 'reported_on', c.reported_on,
           'completed_on', CASE WHEN c.progress = 'completed' THEN c.completed_on END,
           'days_late', c.days_late, 'days_late_first', f.days_late_first,
           'extensions', e.extensions, 'milestones', s.milestones,
           'hold', coalesce(c.hold::text, 'none'), 'revision', c.revision)
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
CROSS JOIN LATERAL (
    SELECT CASE WHEN uptake.time_word(c.progress, c.addressee, a.first_due_on, $2::date) = 'overdue'
                THEN $2::date - a.first_due_on END AS days_late_first
) f
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
               'due_on', x.due_on, 'source', x.source, 'approver', x.approver,
               'approved_on', x.approved_on) ORDER BY x.ordinal), '[]') AS extensions
    FROM uptake.extension x WHERE x.action_id = c.item_id
) e
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
               'text', x.text, 'due_on', x.due_on, 'reached_on', x.reached_on,
               'reached', coalesce(x.reached_on <= $2::date, false)) ORDER BY x.ordinal), '[]')
           AS milestones
    FROM uptake.milestone x WHERE x.action_id = c.item_id
) s
ORDER BY c.first_due, c.item_id
