-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 system, $3 version.
INSERT INTO uptake.crosswalk (item_id, system, version)
SELECT item_id, system, version
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS c (item_id, system, version)
ON CONFLICT (item_id) DO UPDATE SET system = excluded.system, version = excluded.version
