-- SPDX-License-Identifier: Apache-2.0
-- Wipes these changes of an item and every image of it written so far; hashes stay. Runs before the
-- batch writes its own rows. Parameters: $1 item_id, $2 change ids.
-- Columns: changes wiped, images wiped, bytes. Leans on change_item.
WITH wiped AS MATERIALIZED (
    SELECT change_id, operation, octet_length(body) AS bytes
    FROM uptake.change
    WHERE item_id = $1::bigint AND body IS NOT NULL
      AND (change_id = ANY ($2::bigint[]) OR operation = 'enter')
), gone AS (
    UPDATE uptake.change c SET body = NULL FROM wiped w WHERE c.change_id = w.change_id
)
SELECT count(*) FILTER (WHERE operation = 'set'), count(*) FILTER (WHERE operation = 'enter'),
       coalesce(sum(bytes), 0)
FROM wiped
