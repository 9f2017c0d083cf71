-- SPDX-License-Identifier: Apache-2.0
-- Fresh change ids, two for each dependent of items that move: for an image and for a farewell.
-- Parameters: $1 keys of the items that move, $2 most items. Columns: change id.
SELECT nextval('uptake.change_id_seq')
FROM (SELECT 1 FROM uptake.dependents_of($1::text[]) LIMIT $2::int) d, generate_series(1, 2)
