-- SPDX-License-Identifier: Apache-2.0
-- How these conflicts stand. Their items are locked, and who settles one holds that lock.
-- Parameters: $1 conflict ids. Columns: conflict_id, item_id, settled, body (NULL: redacted).
-- Leans on conflict_pkey.
SELECT conflict_id, item_id, decision IS NOT NULL, body
FROM uptake.conflict
WHERE conflict_id = ANY ($1::bigint[])
