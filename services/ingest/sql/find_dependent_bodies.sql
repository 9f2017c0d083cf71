-- SPDX-License-Identifier: Apache-2.0
-- Bodies that the images of dependents are made of; none where they are too many.
-- Parameters: $1 change ids, $2 most bytes. Columns: change_id, body. Leans on change_pkey.
SELECT change_id, body
FROM (SELECT change_id, body, coalesce(sum(octet_length(body)) OVER (), 0) AS bytes
      FROM uptake.change WHERE change_id = ANY ($1::bigint[])) c
WHERE bytes <= $2::bigint
