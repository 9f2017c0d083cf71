-- SPDX-License-Identifier: Apache-2.0
-- Forgets drafts that nobody came back to. Parameters: $1 saved before. Columns: none.
-- Leans on draft_saved.
DELETE FROM uptake.draft WHERE saved_at < $1::timestamptz
