-- SPDX-License-Identifier: Apache-2.0
-- Where each numbering ends. Parameters: none. Columns: highest change_id, highest item_id.
-- Leans on change_pkey, item_pkey.
SELECT coalesce((SELECT max(change_id) FROM uptake.change), 0),
       coalesce((SELECT max(item_id) FROM uptake.item), 0)
