-- SPDX-License-Identifier: Apache-2.0
-- A policy by its key. $1 key. Columns: id. Leans on item_item_key_key.
SELECT item_id FROM uptake.item WHERE item_key = $1 AND kind = 'policy'
