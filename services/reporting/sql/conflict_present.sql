-- SPDX-License-Identifier: Apache-2.0
-- What the item of a conflict says at present: one row per change its field groups stand in. Who may
-- ask was decided by the statement beside it (conflicts). Parameters: $1 conflict_id. Columns:
-- group_changes, change_id, revision, sender, recorded_at, body (NULL: redacted).
-- Leans on conflict_pkey, item_pkey, change_pkey.
SELECT i.group_changes, c.change_id, c.revision, p.name,
       to_char(c.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), c.body
FROM uptake.conflict x
JOIN uptake.item i USING (item_id)
JOIN uptake.change c ON c.change_id = ANY (i.group_changes)
JOIN uptake.principal p ON p.principal_id = c.sender_id
WHERE x.conflict_id = $1::bigint
ORDER BY c.change_id
