-- SPDX-License-Identifier: Apache-2.0
-- What a unit wrote and did not submit. Parameters: $1 unit's key, $2 action's key, $3 policy's key,
-- $4 cycle. Columns: version, saved_at (us), then the texts in the order of struct form_text.
-- Leans on draft_pkey.
SELECT version, (extract(epoch FROM saved_at) * 1000000)::bigint, progress, source, narrative,
       evidence, completed_on, hold, hold_reason
FROM uptake.draft
WHERE unit = $1::text AND action = $2::text AND policy = $3::text AND cycle = $4::int
