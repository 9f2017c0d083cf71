-- SPDX-License-Identifier: Apache-2.0
-- Which of these changes the register has already, byte for byte, from whomever, on top of the
-- revision they are based on. Parameters: parallel arrays $1 place in the batch, $2 item_id,
-- $3 base_revision, $4 body_sha256. Columns: place. Leans on change_item.
SELECT q.place
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])
     AS q (place, item_id, base_revision, body_sha256)
WHERE EXISTS (SELECT FROM uptake.change c
              WHERE c.item_id = q.item_id AND c.revision > q.base_revision
                AND c.body_sha256 = q.body_sha256)
