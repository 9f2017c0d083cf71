-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 unit's item_id, $2 ordinal, $3 name, $4 email.
INSERT INTO uptake.unit_alternate (unit_id, ordinal, name, email)
SELECT unit_id, ordinal, name, email
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS a (unit_id, ordinal, name, email)
