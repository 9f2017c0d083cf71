-- SPDX-License-Identifier: Apache-2.0
-- Items of a scope by what they say on every axis, in the order they were read; time, freshness and
-- past progress are judged on a day. Parameters: $1 scope_id, $2 day, $3 today; each NULL leaves a
-- filter out: $4 kind, $5 document, $6 position, $7 progress, $8 time word, $9 unit's code (those
-- merged into it are meant too), $10 disclosure; $11 true: only actions still open, $12 after this key
-- or NULL, $13 most rows; $14 freshness, $15 assurance, $16 assessment level (of an assessment, or
-- given to the item), $17 hold, $18 true: tombstones only, else none, $19 addressee, $20 instrument,
-- $21 code of a finding, $22 severity, $23 state of a finding, link or response, $24 whom a finding is
-- assigned to, $25 relation of a link, $26 key that a finding or indicator is about, a link begins or
-- ends at, an assessment judged, an action answers.
-- Columns: item_key, what every row says as JSON, what this kind says besides as JSON (NULL: nothing);
-- text, not jsonb, which costs twice as much here; as list_known. Leans on item_document where a document is
-- given, else item_pkey; responsibility_pkey, assessment_subject_back, action_recommendation_pkey.
WITH RECURSIVE meant (unit_id) AS (
    SELECT item_id FROM uptake.unit WHERE code = $9::text
    UNION
    SELECT u.item_id FROM meant m JOIN uptake.unit u ON u.merged_into_id = m.unit_id
), rhythm AS MATERIALIZED (
    -- How often the owners are asked: the shortest interval in force, else six months.
    SELECT coalesce(min(p.interval_months), 6) AS months
    FROM uptake.policy p JOIN uptake.item i USING (item_id)
    WHERE p.trigger = 'interval' AND p.active AND NOT i.retracted AND p.go_live_on <= $2::date
), chosen AS MATERIALIZED (
    SELECT i.*, o.progress AS judged, o.reported_on AS judged_on, f.time_word, f.freshness
    FROM uptake.item i
    LEFT JOIN LATERAL (
        -- OFFSET 0 keeps this a look-up per item: joined as a set, every page would judge all actions.
        SELECT * FROM uptake.actions_on($2::date, $3::date) a
        WHERE i.kind = 'action' AND a.action_id = i.item_id
        OFFSET 0
    ) o ON true
    CROSS JOIN LATERAL (
        -- Nobody asks a State; nothing is due of a tombstone.
        SELECT CASE WHEN NOT i.retracted THEN o.time_word END AS time_word,
               CASE WHEN i.kind = 'action' AND i.addressee <> 'state' AND NOT i.retracted
                    THEN uptake.freshness_word(o.progress, o.reported_on, $2::date,
                                               (SELECT months FROM rhythm))
               END AS freshness
    ) f
    WHERE i.scopes @> ARRAY[$1::int]
      AND i.retracted = $18::boolean
      AND ($4::text IS NULL OR i.kind = $4::text::uptake.item_kind)
      AND ($5::text IS NULL OR i.document = $5::text)
      AND ($6::text IS NULL OR (i.kind = 'recommendation'
                                AND coalesce(i.position_taken::text, 'none_given') = $6::text))
      AND ($7::text IS NULL OR o.progress = $7::text)
      AND ($8::text IS NULL OR f.time_word = $8::text)
      AND ($9::text IS NULL OR EXISTS (
               SELECT FROM uptake.responsibility p
               WHERE p.item_id = i.item_id AND p.unit_id IN (SELECT unit_id FROM meant)))
      AND ($10::text IS NULL OR i.disclosure = $10::text::uptake.disclosure)
      AND (NOT $11::boolean OR (i.kind = 'action' AND uptake.is_open(o.progress)))
      -- One value, so that a page begins where the last one ended and reads none of those before it.
      AND i.item_id > coalesce((SELECT item_id FROM uptake.item WHERE item_key = $12::text),
                               CASE WHEN $12::text IS NULL THEN 0 ELSE 9223372036854775807 END)
      AND ($14::text IS NULL OR f.freshness = $14::text)
      AND ($15::text IS NULL
           OR (i.kind = 'action' AND NOT i.retracted
               AND uptake.assurance_word(i.item_id) = $15::text))
      AND ($16::text IS NULL
           OR (i.kind = 'assessment' AND EXISTS (
                   SELECT FROM uptake.assessment j
                   WHERE j.item_id = i.item_id AND j.level::text = $16::text))
           OR (i.kind IN ('recommendation', 'action') AND EXISTS (
                   SELECT FROM uptake.assessment_subject s
                   JOIN uptake.assessment j ON j.item_id = s.assessment_id
                   JOIN uptake.item ji ON ji.item_id = s.assessment_id AND NOT ji.retracted
                   JOIN uptake.assessment_round r ON r.item_id = j.round_id
                   WHERE j.level::text = $16::text
                     AND coalesce(r.held_to, r.held_from, $2::date) <= $2::date
                     AND s.subject_id = i.item_id)))
      AND ($17::text IS NULL OR (i.kind IN ('recommendation', 'action')
                                 AND coalesce(i.hold::text, 'none') = $17::text))
      AND ($19::text IS NULL OR i.addressee::text = $19::text)
      AND ($20::text IS NULL OR EXISTS (
               SELECT FROM uptake.item di JOIN uptake.document d USING (item_id)
               WHERE di.item_key = i.document AND d.instrument::text = $20::text))
      AND (($21::text IS NULL AND $22::text IS NULL AND $24::text IS NULL) OR EXISTS (
               SELECT FROM uptake.finding g
               WHERE g.item_id = i.item_id
                 AND ($21::text IS NULL OR g.code = $21::text)
                 AND ($22::text IS NULL OR g.severity::text = $22::text)
                 AND ($24::text IS NULL OR g.assigned_to = $24::text)))
      AND ($23::text IS NULL
           OR CASE i.kind
              WHEN 'finding' THEN
                  (SELECT CASE WHEN g.gone AND g.state IN ('open', 'assigned') THEN 'gone'
                               ELSE g.state::text END
                   FROM uptake.finding g WHERE g.item_id = i.item_id)
              WHEN 'link' THEN
                  (SELECT l.state::text FROM uptake.link l WHERE l.item_id = i.item_id)
              WHEN 'response' THEN
                  (SELECT r.state::text FROM uptake.response r WHERE r.item_id = i.item_id)
              END = $23::text)
      AND ($25::text IS NULL OR EXISTS (
               SELECT FROM uptake.link l
               WHERE l.item_id = i.item_id AND l.relation::text = $25::text))
      AND ($26::text IS NULL
           OR CASE i.kind
              WHEN 'finding' THEN EXISTS (
                  SELECT FROM uptake.finding g WHERE g.item_id = i.item_id AND g.about = $26::text)
              WHEN 'indicator' THEN EXISTS (
                  SELECT FROM uptake.indicator n JOIN uptake.item k ON k.item_id = n.about_id
                  WHERE n.item_id = i.item_id AND k.item_key = $26::text)
              WHEN 'link' THEN EXISTS (
                  SELECT FROM uptake.link l
                  JOIN uptake.item k ON k.item_id IN (l.from_id, l.to_id)
                  WHERE l.item_id = i.item_id AND k.item_key = $26::text)
              WHEN 'assessment' THEN EXISTS (
                  SELECT FROM uptake.assessment_subject s
                  JOIN uptake.item k ON k.item_id = s.subject_id
                  WHERE s.assessment_id = i.item_id AND k.item_key = $26::text)
              WHEN 'action' THEN EXISTS (
                  SELECT FROM uptake.action_recommendation x
                  JOIN uptake.item k ON k.item_id = x.recommendation_id
                  WHERE x.action_id = i.item_id AND k.item_key = $26::text)
              ELSE false
              END)
    ORDER BY i.item_id
    LIMIT $13::int
)
SELECT c.item_key, json_strip_nulls(json_build_object(
           'key', c.item_key, 'kind', c.kind, 'document', c.document, 'revision', c.revision,
           'disclosure', c.disclosure, 'addressee', c.addressee,
           'retracted', nullif(c.retracted, false),
           'hold', CASE WHEN c.kind IN ('recommendation', 'action')
                        THEN coalesce(c.hold::text, 'none') END,
           'units', r.units)),
       json_strip_nulls(
CASE c.kind
WHEN 'action' THEN (
    SELECT json_build_object(
        'code', a.code, 'text', a.text, 'progress', c.judged, 'reported_on', c.judged_on,
        'completed_on', CASE WHEN c.judged = 'completed' THEN c.completed_on END,
        'time', c.time_word, 'freshness', c.freshness,
        'assurance', CASE WHEN $2::date >= $3::date AND NOT c.retracted
                          THEN uptake.assurance_word(c.item_id) END,
        'due_on', c.due_on, 'first_due_on', a.first_due_on,
        'days_late', CASE WHEN c.time_word = 'overdue' THEN $2::date - c.due_on END,
        'days_late_first', CASE WHEN NOT c.retracted
                                     AND uptake.time_word(c.judged, c.addressee, a.first_due_on,
                                                          $2::date) = 'overdue'
                                THEN $2::date - a.first_due_on END,
        'extensions', nullif((SELECT count(*) FROM uptake.extension e
                              WHERE e.action_id = c.item_id), 0),
        'timeframe_source', a.timeframe_source, 'assessments', j.assessments)
    FROM uptake.action a WHERE a.item_id = c.item_id)
WHEN 'recommendation' THEN (
    SELECT json_build_object(
        'code', m.code, 'text', m.text, 'parent', w.item_key, 'issuers', to_json(m.issuers),
        'themes', to_json(m.themes), 'position', coalesce(c.position_taken::text, 'none_given'),
        'position_source', m.position_source,
        'comment_progress', to_json(m.comment_progress), 'assessments', j.assessments)
    FROM uptake.recommendation m
    LEFT JOIN uptake.item w ON w.item_id = c.parent_id AND w.kind = 'recommendation'
    WHERE m.item_id = c.item_id)
WHEN 'document' THEN (
    SELECT json_build_object('text', d.title, 'symbol', d.symbol, 'dated_on', d.dated_on,
                              'instrument', d.instrument, 'office', d.office)
    FROM uptake.document d WHERE d.item_id = c.item_id)
WHEN 'response' THEN (
    SELECT json_build_object('state', p.state, 'text', p.approver, 'approved_on', p.approved_on)
    FROM uptake.response p WHERE p.item_id = c.item_id)
WHEN 'unit' THEN (
    SELECT json_build_object(
        'code', u.code, 'text', u.name, 'unit_kind', u.kind, 'parent', pi.item_key,
        'reports_to', ri.item_key, 'valid_from', u.valid_from, 'valid_to', u.valid_to,
        'merged_into', mi.item_key)
    FROM uptake.unit u
    LEFT JOIN uptake.item pi ON pi.item_id = u.parent_id
    LEFT JOIN uptake.item ri ON ri.item_id = u.reports_to_id
    LEFT JOIN uptake.item mi ON mi.item_id = u.merged_into_id
    WHERE u.item_id = c.item_id)
WHEN 'policy' THEN (
    SELECT json_build_object('text', y.title, 'trigger', y.trigger,
                              'interval_months', nullif(y.interval_months, 0),
                              'active', nullif(y.active, false))
    FROM uptake.policy y WHERE y.item_id = c.item_id)
WHEN 'assessment_round' THEN (
    SELECT json_build_object('text', r.name, 'forum', r.forum, 'held_from', r.held_from,
                              'held_to', r.held_to, 'scale', r.scale)
    FROM uptake.assessment_round r WHERE r.item_id = c.item_id)
WHEN 'assessment' THEN (
    SELECT json_build_object(
        'text', s.assessor, 'round', k.item_key, 'level', s.level, 'level_source', s.source,
        'subjects', (SELECT json_agg(si.item_key ORDER BY si.item_key)
                     FROM uptake.assessment_subject b
                     JOIN uptake.item si ON si.item_id = b.subject_id
                     WHERE b.assessment_id = c.item_id))
    FROM uptake.assessment s JOIN uptake.item k ON k.item_id = s.round_id
    WHERE s.item_id = c.item_id)
WHEN 'indicator' THEN (
    SELECT json_build_object(
        'text', n.name, 'about', k.item_key, 'met', CASE WHEN n.total > 0 THEN n.met END,
        'total', nullif(n.total, 0), 'value', n.value::text, 'value_unit', n.unit,
        'dated_on', n.dated_on, 'target', n.target::text, 'level_source', n.level)
    FROM uptake.indicator n JOIN uptake.item k ON k.item_id = n.about_id
    WHERE n.item_id = c.item_id)
WHEN 'link' THEN (
    SELECT json_build_object(
        'relation', l.relation, 'state', l.state, 'from', f.item_key, 'to', t.item_key,
        'cited_document', l.cited_document, 'cited_paragraph', l.cited_paragraph,
        'score', nullif(l.score, 0))
    FROM uptake.link l JOIN uptake.item f ON f.item_id = l.from_id
    LEFT JOIN uptake.item t ON t.item_id = l.to_id
    WHERE l.item_id = c.item_id)
WHEN 'finding' THEN (
    SELECT json_build_object(
        'code', g.code, 'text', g.message, 'severity', g.severity,
        'state', CASE WHEN g.gone AND g.state IN ('open', 'assigned') THEN 'gone'
                      ELSE g.state::text END,
        'about', g.about, 'place', g.place, 'remedy', g.remedy, 'assigned_to', g.assigned_to,
        'resolution', g.resolution)
    FROM uptake.finding g WHERE g.item_id = c.item_id)
WHEN 'crosswalk' THEN (
    SELECT json_build_object('code', x.system, 'version', x.version, 'words',
                              (SELECT count(*) FROM uptake.crosswalk_word w
                               WHERE w.crosswalk_id = c.item_id))
    FROM uptake.crosswalk x WHERE x.item_id = c.item_id)
END)
FROM chosen c
CROSS JOIN LATERAL (
    SELECT CASE WHEN c.kind IN ('recommendation', 'action') THEN
               coalesce(json_agg(json_build_object(
                   'unit', (SELECT k.item_key FROM uptake.item k WHERE k.item_id = p.unit_id),
                   'code', (SELECT u.code FROM uptake.unit u WHERE u.item_id = p.unit_id),
                   'name', p.name, 'role', p.role, 'said_by', p.said_by, 'inferred', nullif(p.inferred, false),
                   'ambiguous', nullif(p.ambiguous, false), 'vague', nullif(p.vague, false),
                   'confirmed', nullif(p.confirmed, false)) ORDER BY p.ordinal), '[]')
           END AS units
    FROM uptake.responsibility p
    WHERE p.item_id = c.item_id
) r
CROSS JOIN LATERAL (
    -- Side by side, never merged.
    SELECT json_agg(json_build_object(
               'key', ji.item_key, 'round', ri.item_key, 'assessor', s.assessor,
               'level', s.level, 'level_source', s.source) ORDER BY ji.item_id) AS assessments
    FROM uptake.assessment_subject b
    JOIN uptake.assessment s ON s.item_id = b.assessment_id
    JOIN uptake.item ji ON ji.item_id = b.assessment_id AND NOT ji.retracted
    JOIN uptake.assessment_round ar ON ar.item_id = s.round_id
    JOIN uptake.item ri ON ri.item_id = s.round_id
    WHERE c.kind IN ('recommendation', 'action')
      AND coalesce(ar.held_to, ar.held_from, $2::date) <= $2::date
      AND ji.scopes @> ARRAY[$1::int]
      AND b.subject_id = c.item_id
) j
ORDER BY c.item_id
