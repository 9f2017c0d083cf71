-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_ids. Leans on crosswalk_word_pkey.
DELETE FROM uptake.crosswalk_word WHERE crosswalk_id = ANY ($1::bigint[])
