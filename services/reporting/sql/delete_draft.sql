-- SPDX-License-Identifier: Apache-2.0
-- The update it became is recorded. Parameters: $1 to $4 as load_draft, $5 the version that was sent:
-- what somebody saved since stays. Columns: none. Leans on draft_pkey.
DELETE FROM uptake.draft
WHERE unit = $1::text AND action = $2::text AND policy = $3::text AND cycle = $4::int
  AND version = $5::int
