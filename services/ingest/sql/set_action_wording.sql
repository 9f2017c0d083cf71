-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 code, $3 text. Leans on action_pkey.
UPDATE uptake.action a SET code = w.code, text = w.text
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS w (item_id, code, text)
WHERE a.item_id = w.item_id
