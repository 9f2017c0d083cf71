-- SPDX-License-Identifier: Apache-2.0
-- Of actions; a recommendation's stands in change alone. Parameters: parallel arrays $1 item_id, $2 the
-- source's text. Leans on action_pkey.
UPDATE uptake.action a SET responsibility_source = r.source
FROM unnest($1::bigint[], $2::text[]) AS r (item_id, source)
WHERE a.item_id = r.item_id
