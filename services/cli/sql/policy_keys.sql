-- SPDX-License-Identifier: Apache-2.0
-- What items are called. $1 ids. Columns: id, key; by id. Leans on item_pkey.
SELECT item_id, item_key FROM uptake.item WHERE item_id = ANY ($1::bigint[]) ORDER BY item_id
