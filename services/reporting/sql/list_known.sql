-- SPDX-License-Identifier: Apache-2.0
-- The filters and the derived axes of list_now, over items folded from what was known at an instant.
-- Parameters: $1 what was known, as JSON: "item", "document", "policy" and "unit", each a list of
-- {ordinal, key, kind, document, revision, progress, reported_on, image}, where image holds every field
-- group as last said; $2 day; each NULL leaves a filter out: $3 position, $4 progress, $5 time word,
-- $6 unit's code, $7 disclosure; $8 true: only actions still open; $9 freshness, $10 level of an
-- assessment, $11 hold, $12 true: tombstones only, else none, $13 addressee, $14 instrument, $15 code
-- of a finding, $16 severity, $17 state of a finding, link or response, $18 whom a finding is assigned
-- to, $19 relation of a link, $20 key that a finding or indicator is about, a link begins or ends at,
-- an assessment judged, an action answers.
-- Assurance, and the assessments of an item, hang on what was said of other items; they are not judged
-- in the past. Columns: item_key, the row as JSON, NULL (as list_now).
WITH RECURSIVE told AS MATERIALIZED (
    SELECT part.name AS part, r.*
    FROM jsonb_each($1::text::jsonb) AS part (name, list)
    CROSS JOIN LATERAL jsonb_to_recordset(part.list) AS r (
        ordinal int, key text, kind text, document text, revision bigint, progress text,
        reported_on date, image jsonb)
), unit AS MATERIALIZED (
    SELECT key, image -> 'unit_identity' ->> 'code' AS code,
           image -> 'unit_identity' ->> 'merged_into' AS merged_into
    FROM told WHERE part = 'unit'
), meant (unit_key) AS (
    SELECT key FROM unit WHERE code = $6::text
    UNION
    SELECT u.key FROM meant m JOIN unit u ON u.merged_into = m.unit_key
), rhythm AS MATERIALIZED (
    SELECT coalesce(min((p.image -> 'policy_rule' ->> 'interval_months')::int), 6) AS months
    FROM told p
    WHERE p.part = 'policy'
      AND p.image -> 'policy_rule' ->> 'trigger' = 'interval'
      AND (p.image -> 'policy_rule' ->> 'active')::boolean
      AND coalesce(p.image -> 'retraction' ->> 'retracted', '') <> 'true'
      AND (p.image -> 'policy_rule' ->> 'go_live_on')::date <= $2::date
), said AS MATERIALIZED (
    SELECT t.ordinal, t.key, t.kind, t.document, t.revision, t.progress, t.reported_on, t.image,
           coalesce(d.image -> 'document_identity' ->> 'addressee', 'unspecified') AS addressee,
           d.image -> 'document_identity' ->> 'instrument' AS instrument,
           coalesce(t.image -> 'disclosure_set' ->> 'disclosure',
                    CASE WHEN t.kind NOT IN ('finding', 'link')
                         THEN d.image -> 'disclosure_set' ->> 'disclosure' END,
                    'internal') AS disclosure,
           coalesce((t.image -> 'retraction' ->> 'retracted')::boolean, false) AS retracted,
           nullif(t.image -> 'timeframe' ->> 'due_on', '')::date AS first_due_on,
           coalesce((t.image -> 'extensions' -> 'extensions' -> -1 ->> 'due_on'),
                    nullif(t.image -> 'timeframe' ->> 'due_on', ''))::date AS due_on
    FROM told t
    LEFT JOIN told d ON d.part = 'document' AND d.key = t.document
    WHERE t.part = 'item'
), item AS MATERIALIZED (
    SELECT s.*, w.time_word, w.first_time_word,
           CASE WHEN s.kind = 'action' AND s.addressee <> 'state' AND NOT s.retracted
                THEN uptake.freshness_word(s.progress, s.reported_on, $2::date,
                                           (SELECT months FROM rhythm)) END AS freshness,
           CASE WHEN s.kind = 'recommendation'
                THEN coalesce(s.image -> 'position_taken' ->> 'position', 'none_given')
                END AS position,
           CASE WHEN s.kind IN ('recommendation', 'action')
                THEN coalesce(s.image -> 'hold_set' ->> 'hold', 'none') END AS hold,
           CASE s.kind
           WHEN 'finding' THEN
               CASE WHEN (s.image -> 'finding_raised' ->> 'gone')::boolean
                         AND coalesce(s.image -> 'finding_handling' ->> 'state', 'open')
                             IN ('open', 'assigned')
                    THEN 'gone'
                    ELSE coalesce(s.image -> 'finding_handling' ->> 'state', 'open') END
           WHEN 'link' THEN coalesce(s.image -> 'link_decision' ->> 'state', 'proposed')
           WHEN 'response' THEN
               coalesce(s.image -> 'response_statement' ->> 'state', 'unspecified')
           END AS state,
           CASE s.kind
           WHEN 'finding' THEN jsonb_build_array(s.image -> 'finding_raised' ->> 'about')
           WHEN 'indicator' THEN jsonb_build_array(s.image -> 'indicator_stated' ->> 'about')
           WHEN 'link' THEN jsonb_build_array(s.image -> 'link_drawn' ->> 'from',
                                              s.image -> 'link_drawn' ->> 'to')
           WHEN 'assessment' THEN s.image -> 'assessment_made' -> 'subjects'
           WHEN 'action' THEN s.image -> 'action_wording' -> 'recommendations'
           END AS about
    FROM said s
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.kind = 'action' AND NOT s.retracted
                    THEN uptake.time_word(s.progress, s.addressee::uptake.addressee, s.due_on,
                                          $2::date) END AS time_word,
               CASE WHEN s.kind = 'action' AND NOT s.retracted
                    THEN uptake.time_word(s.progress, s.addressee::uptake.addressee,
                                          s.first_due_on, $2::date) END AS first_time_word
    ) w
)
SELECT i.key, jsonb_strip_nulls(jsonb_build_object(
           'key', i.key, 'kind', i.kind, 'document', i.document, 'revision', i.revision,
           'disclosure', i.disclosure, 'addressee', i.addressee,
           'retracted', nullif(i.retracted, false), 'hold', i.hold, 'units', r.units) || coalesce(
CASE i.kind
WHEN 'action' THEN jsonb_build_object(
    'code', i.image -> 'action_wording' -> 'code', 'text', i.image -> 'action_wording' -> 'text',
    'progress', i.progress, 'reported_on', i.reported_on,
    'completed_on', CASE WHEN i.progress = 'completed'
                         THEN i.image -> 'progress_report' ->> 'completed_on' END,
    'time', i.time_word, 'freshness', i.freshness, 'due_on', i.due_on,
    'first_due_on', i.first_due_on,
    'days_late', CASE WHEN i.time_word = 'overdue' THEN $2::date - i.due_on END,
    'days_late_first', CASE WHEN i.first_time_word = 'overdue' THEN $2::date - i.first_due_on END,
    'extensions', nullif(jsonb_array_length(i.image -> 'extensions' -> 'extensions'), 0),
    'timeframe_source', i.image -> 'timeframe' -> 'source')
WHEN 'recommendation' THEN jsonb_build_object(
    'code', i.image -> 'recommendation_text' -> 'code',
    'text', i.image -> 'recommendation_text' -> 'text',
    'parent', i.image -> 'recommendation_text' -> 'parent',
    'issuers', coalesce(i.image -> 'recommendation_text' -> 'issuers', '[]'),
    'themes', coalesce(i.image -> 'recommendation_text' -> 'themes', '[]'),
    'position', i.position, 'position_source', i.image -> 'position_taken' -> 'source',
    'comment_progress', coalesce(i.image -> 'position_taken' -> 'comment_progress', '[]'))
WHEN 'document' THEN jsonb_build_object(
    'text', i.image -> 'document_identity' -> 'title',
    'symbol', i.image -> 'document_identity' -> 'symbol',
    'dated_on', i.image -> 'document_identity' -> 'dated_on',
    'instrument', coalesce(i.instrument, 'unspecified'),
    'office', i.image -> 'document_identity' -> 'office')
WHEN 'response' THEN jsonb_build_object(
    'state', i.state, 'text', i.image -> 'response_statement' -> 'approver',
    'approved_on', i.image -> 'response_statement' -> 'approved_on')
WHEN 'unit' THEN jsonb_build_object(
    'code', i.image -> 'unit_identity' -> 'code', 'text', i.image -> 'unit_identity' -> 'name',
    'unit_kind', i.image -> 'unit_identity' -> 'kind',
    'parent', i.image -> 'unit_identity' -> 'parent',
    'reports_to', i.image -> 'unit_identity' -> 'reports_to',
    'valid_from', i.image -> 'unit_identity' -> 'valid_from',
    'valid_to', i.image -> 'unit_identity' -> 'valid_to',
    'merged_into', i.image -> 'unit_identity' -> 'merged_into')
WHEN 'policy' THEN jsonb_build_object(
    'text', i.image -> 'policy_rule' -> 'title', 'trigger', i.image -> 'policy_rule' -> 'trigger',
    'interval_months', i.image -> 'policy_rule' -> 'interval_months',
    'active', i.image -> 'policy_rule' -> 'active')
WHEN 'assessment_round' THEN jsonb_build_object(
    'text', i.image -> 'round_held' -> 'name', 'forum', i.image -> 'round_held' -> 'forum',
    'held_from', i.image -> 'round_held' -> 'held_from',
    'held_to', i.image -> 'round_held' -> 'held_to', 'scale', i.image -> 'round_held' -> 'scale')
WHEN 'assessment' THEN jsonb_build_object(
    'text', i.image -> 'assessment_made' -> 'assessor',
    'round', i.image -> 'assessment_made' -> 'round',
    'level', i.image -> 'assessment_made' -> 'level',
    'level_source', i.image -> 'assessment_made' -> 'source',
    'subjects', (SELECT jsonb_agg(s ORDER BY s) FROM jsonb_array_elements_text(i.about) AS s))
WHEN 'indicator' THEN jsonb_build_object(
    'text', i.image -> 'indicator_stated' -> 'name',
    'about', i.image -> 'indicator_stated' -> 'about',
    'met', CASE WHEN i.image -> 'indicator_stated' ? 'total'
                THEN coalesce(i.image -> 'indicator_stated' -> 'met', '0') END,
    'total', i.image -> 'indicator_stated' -> 'total',
    'value', i.image -> 'indicator_stated' -> 'value',
    'value_unit', i.image -> 'indicator_stated' -> 'unit',
    'dated_on', i.image -> 'indicator_stated' -> 'dated_on',
    'target', i.image -> 'indicator_stated' -> 'target',
    'level_source', i.image -> 'indicator_stated' -> 'level')
WHEN 'link' THEN jsonb_build_object(
    'relation', i.image -> 'link_drawn' -> 'relation', 'state', i.state,
    'from', i.image -> 'link_drawn' -> 'from', 'to', i.image -> 'link_drawn' -> 'to',
    'cited_document', i.image -> 'link_drawn' -> 'cited_document',
    'cited_paragraph', i.image -> 'link_drawn' -> 'cited_paragraph',
    'score', i.image -> 'link_drawn' -> 'score')
WHEN 'finding' THEN jsonb_build_object(
    'code', i.image -> 'finding_raised' -> 'code', 'text', i.image -> 'finding_raised' -> 'message',
    'severity', i.image -> 'finding_raised' -> 'severity', 'state', i.state,
    'about', i.image -> 'finding_raised' -> 'about',
    'place', i.image -> 'finding_raised' -> 'place',
    'remedy', i.image -> 'finding_raised' -> 'remedy',
    'assigned_to', i.image -> 'finding_handling' -> 'assigned_to',
    'resolution', i.image -> 'finding_handling' -> 'resolution')
WHEN 'crosswalk' THEN jsonb_build_object(
    'code', i.image -> 'crosswalk_table' -> 'system',
    'version', i.image -> 'crosswalk_table' -> 'version',
    'words', coalesce(jsonb_array_length(i.image -> 'crosswalk_table' -> 'words'), 0))
END, '{}')), NULL
FROM item i
CROSS JOIN LATERAL (
    -- A unit of the directory carries its code in its key.
    SELECT CASE WHEN i.kind IN ('recommendation', 'action') THEN
               coalesce(jsonb_agg(p.one - 'unit' || jsonb_build_object(
                   'unit', p.one -> 'unit',
                   'code', substr(p.one ->> 'unit', length('unit:') + 1)) ORDER BY p.ordinal), '[]')
           END AS units
    FROM jsonb_array_elements(i.image -> 'responsibilities' -> 'units')
         WITH ORDINALITY AS p (one, ordinal)
) r
WHERE i.retracted = $12::boolean
  AND ($3::text IS NULL OR i.position = $3::text)
  AND ($4::text IS NULL OR i.progress = $4::text)
  AND ($5::text IS NULL OR i.time_word = $5::text)
  AND ($6::text IS NULL OR EXISTS (
           SELECT FROM jsonb_array_elements(r.units) AS u (said)
           WHERE u.said ->> 'unit' IN (SELECT unit_key FROM meant)))
  AND ($7::text IS NULL OR i.disclosure = $7::text)
  AND (NOT $8::boolean OR (i.kind = 'action' AND uptake.is_open(i.progress)))
  AND ($9::text IS NULL OR i.freshness = $9::text)
  AND ($10::text IS NULL OR i.image -> 'assessment_made' ->> 'level' = $10::text)
  AND ($11::text IS NULL OR i.hold = $11::text)
  AND ($13::text IS NULL OR i.addressee = $13::text)
  AND ($14::text IS NULL OR i.instrument = $14::text)
  AND ($15::text IS NULL OR i.image -> 'finding_raised' ->> 'code' = $15::text)
  AND ($16::text IS NULL OR i.image -> 'finding_raised' ->> 'severity' = $16::text)
  AND ($17::text IS NULL OR i.state = $17::text)
  AND ($18::text IS NULL OR i.image -> 'finding_handling' ->> 'assigned_to' = $18::text)
  AND ($19::text IS NULL OR i.image -> 'link_drawn' ->> 'relation' = $19::text)
  AND ($20::text IS NULL OR i.about ? $20::text)
ORDER BY i.ordinal
