-- SPDX-License-Identifier: Apache-2.0
-- The filters and the time axis of list_now, over items folded from what was known at an instant.
-- Parameters: $1 the items as a JSON array, $2 day; each NULL leaves a filter out: $3 position,
-- $4 progress, $5 time word, $6 unit's code, $7 disclosure; $8 true: only actions still open.
-- Columns: item_key, the row as JSON (as list_now).
WITH item AS MATERIALIZED (
    SELECT r.*,
           CASE WHEN r.kind = 'action'
                THEN uptake.time_word(r.progress, r.addressee::uptake.addressee, r.due_on, $2::date)
                END AS time_word
    FROM json_to_recordset($1::json) AS r (
        ordinal int, key text, kind text, document text, revision bigint, code text, text text,
        position text, position_source text, progress text, reported_on date, due_on date,
        timeframe_source text, disclosure text, addressee text, units json)
)
SELECT key, json_build_object(
           'key', key, 'kind', kind, 'document', document, 'revision', revision,
           'code', coalesce(code, ''), 'text', coalesce(text, ''),
           'position', position, 'position_source', position_source,
           'progress', progress, 'reported_on', reported_on, 'time', time_word,
           'due_on', due_on, 'timeframe_source', timeframe_source,
           'disclosure', disclosure, 'addressee', addressee, 'units', units)
FROM item
WHERE ($3::text IS NULL OR position = $3::text)
  AND ($4::text IS NULL OR progress = $4::text)
  AND ($5::text IS NULL OR time_word = $5::text)
  AND ($6::text IS NULL OR EXISTS (SELECT FROM json_array_elements(units) AS u (said)
                                   WHERE u.said ->> 'code' = $6::text))
  AND ($7::text IS NULL OR disclosure = $7::text)
  AND (NOT $8::boolean OR (kind = 'action' AND uptake.is_open(progress)))
ORDER BY ordinal
