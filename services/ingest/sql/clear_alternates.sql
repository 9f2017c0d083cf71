-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_ids. Leans on unit_alternate_pkey.
DELETE FROM uptake.unit_alternate WHERE unit_id = ANY ($1::bigint[])
