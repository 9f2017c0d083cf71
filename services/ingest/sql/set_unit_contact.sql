-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 email, $3 language, $4 focal point. Leans on unit_pkey.
UPDATE uptake.unit u SET email = c.email, language = c.language, focal_point = c.focal_point
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
     AS c (item_id, email, language, focal_point)
WHERE u.item_id = c.item_id
