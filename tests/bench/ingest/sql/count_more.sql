-- SPDX-License-Identifier: Apache-2.0
-- Into those it stands in now. Parameters: $1 scopes, $2 progress word, $3 due day.
INSERT INTO uptake.rollup AS r (scope_id, kind, addressee, position_word, progress_word, due_on, n)
SELECT s, 'action', 'office', '', $2, $3::date, 1 FROM unnest($1::int[]) AS s
ON CONFLICT (scope_id, kind, addressee, position_word, progress_word, due_on)
DO UPDATE SET n = r.n + 1
