-- SPDX-License-Identifier: Apache-2.0
-- Out of the counts it stood in. Parameters: $1 scopes, $2 progress word, $3 due day.
UPDATE uptake.rollup SET n = n - 1
WHERE scope_id = ANY ($1::int[]) AND kind = 'action' AND addressee = 'office' AND position_word = ''
  AND progress_word = $2 AND due_on = $3::date
