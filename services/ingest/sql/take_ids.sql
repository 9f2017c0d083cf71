-- SPDX-License-Identifier: Apache-2.0
-- Fresh ids. They name rows and say nothing about order: cursors stand on segments.
-- Parameters: $1 how many. Columns: change id, item id.
SELECT nextval('uptake.change_id_seq'), nextval('uptake.item_id_seq')
FROM generate_series(1, $1::int)
