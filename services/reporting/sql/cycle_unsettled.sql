-- SPDX-License-Identifier: Apache-2.0
-- Responsibilities in a cycle of which it is not certain who is meant or can be written to.
-- Parameters: $1 policy item_id, $2 last day of the cycle, $3 documents, $4 offices, $5 instruments (JSON
-- lists of texts), $6 day the cycles are counted from or NULL, $7 today.
-- Columns: action's key, wording ('' if restricted), name as written, unit's key, unit's code, why, whether it
-- keeps mail back. Leans on item_pkey, responsibility_pkey.
SELECT a.item_key, CASE WHEN a.disclosure = 'restricted' THEN '' ELSE t.text END, coalesce(m.name, ''),
       coalesce(n.item_key, ''), coalesce(u.code, ''), array_to_string(s.why, ' '), s.blocks
FROM uptake.unsettled($1::bigint, $2::date,
                      ARRAY(SELECT jsonb_array_elements_text($3::jsonb)),
                      ARRAY(SELECT jsonb_array_elements_text($4::jsonb)),
                      ARRAY(SELECT jsonb_array_elements_text($5::jsonb)), $6::date, $7::date) s
JOIN uptake.item a ON a.item_id = s.action_id
JOIN uptake.action t ON t.item_id = s.action_id
LEFT JOIN uptake.responsibility m ON m.item_id = s.action_id AND m.ordinal = s.ordinal
LEFT JOIN uptake.item n ON n.item_id = m.unit_id
LEFT JOIN uptake.unit u ON u.item_id = m.unit_id
ORDER BY a.item_key, s.ordinal
