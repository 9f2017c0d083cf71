-- SPDX-License-Identifier: Apache-2.0
-- Wipes what was kept of changes of an item that were not applied: the bytes of conflicts and dead
-- letters, the texts of refusals. A letter older than the column item_key is known by the key in its
-- bytes. Parameters: $1 item_id, $2 item key. Columns: rows wiped. Reads three small tables whole.
WITH conflicts AS (
    UPDATE uptake.conflict SET body = NULL
    WHERE item_id = $1::bigint AND body IS NOT NULL
    RETURNING sender_id, message_id
), letters AS (
    UPDATE uptake.dead_letter SET body = NULL, item_key = $2::text, reason = 'redacted'
    WHERE body IS NOT NULL
      AND (item_key = $2::text
           OR (item_key = '' AND position(convert_to($2::text, 'UTF8') IN body) > 0))
    RETURNING sender_id, message_id
), refusals AS (
    UPDATE uptake.refusal r SET remedy = 'redacted'
    WHERE r.remedy <> 'redacted'
      AND (r.item_key = $2::text
           OR (r.sender_id, r.message_id) IN (TABLE conflicts UNION ALL TABLE letters))
    RETURNING 1
)
SELECT (SELECT count(*) FROM conflicts) + (SELECT count(*) FROM letters)
       + (SELECT count(*) FROM refusals)
