-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:principals

BEGIN;
SELECT item_id, speaks_for_others, producer_epoch FROM uptake.principal WHERE false;
SELECT groups, unit FROM uptake.push_grant WHERE false;
SELECT 1 / (has_table_privilege('uptake_ingest', 'uptake.token', 'INSERT')
            AND has_table_privilege('uptake_ingest', 'uptake.read_grant', 'DELETE')
            AND NOT has_table_privilege('uptake_ingest', 'uptake.curve_key', 'DELETE'))::int;
ROLLBACK;
