-- SPDX-License-Identifier: Apache-2.0
-- Findings of a scope, the gravest first. Parameters: $1 scope_id, $2 state, "waiting" (open or
-- assigned) or "any", $3 severity or NULL, $4 code or NULL, $5 document or NULL, $6 key it is about or
-- NULL, $7 whom it is assigned to or NULL, $8 rows to leave out, $9 most rows.
-- Columns: item_key, severity, code, message, remedy, place, document, its title, about, whether that
-- is an item of the scope, state, assigned_to, resolution. Leans on item_item_key_key.
SELECT i.item_key, g.severity, g.code, g.message, g.remedy, g.place, i.document,
       coalesce(d.title, i.document), g.about, ai.item_id IS NOT NULL, s.state, g.assigned_to,
       g.resolution
FROM uptake.finding g
JOIN uptake.item i USING (item_id)
CROSS JOIN LATERAL (
    -- As list_now: what the last import no longer met waits for nobody.
    SELECT CASE WHEN g.gone AND g.state IN ('open', 'assigned') THEN 'gone'
                ELSE g.state::text END AS state
) s
LEFT JOIN uptake.item di ON di.item_key = i.document
LEFT JOIN uptake.document d ON d.item_id = di.item_id
LEFT JOIN uptake.item ai ON ai.item_key = g.about AND ai.scopes @> ARRAY[$1::int]
WHERE i.scopes @> ARRAY[$1::int]
  AND NOT i.retracted
  AND CASE $2::text WHEN 'any' THEN true
                    WHEN 'waiting' THEN s.state IN ('open', 'assigned')
                    ELSE s.state = $2::text END
  AND ($3::text IS NULL OR g.severity::text = $3::text)
  AND ($4::text IS NULL OR g.code = $4::text)
  AND ($5::text IS NULL OR i.document = $5::text)
  AND ($6::text IS NULL OR g.about = $6::text)
  AND ($7::text IS NULL OR g.assigned_to = $7::text)
ORDER BY g.severity DESC, i.item_id
OFFSET $8::int
LIMIT $9::int
