-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_id, $2 code, $3 text, $4 issuers.
INSERT INTO uptake.recommendation (item_id, code, text, issuers, position_source)
VALUES ($1::bigint, $2, $3, $4::text[], '')
ON CONFLICT (item_id) DO UPDATE
SET code = excluded.code, text = excluded.text, issuers = excluded.issuers
