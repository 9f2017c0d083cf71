-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:reading

BEGIN;
SELECT session_hash, principal_id, nonce, created_at, expires_at, ended_at
FROM uptake.session WHERE false;
SELECT action_id, progress, reported_on, time_word
FROM uptake.actions_on('2022-12-31', '2026-01-01') WHERE false;
SELECT 1 / (has_table_privilege('uptake_ingest', 'uptake.change', 'INSERT')
            AND NOT has_table_privilege('uptake_ingest', 'uptake.change', 'DELETE')
            AND has_table_privilege('uptake_workflow', 'uptake.item', 'SELECT')
            AND NOT has_table_privilege('uptake_workflow', 'uptake.item', 'UPDATE')
            AND has_table_privilege('uptake_reporting', 'uptake.item', 'SELECT')
            AND NOT has_table_privilege('uptake_reporting', 'uptake.item', 'INSERT')
            AND NOT has_table_privilege('uptake_reporting', 'uptake.refusal', 'SELECT'))::int;
ROLLBACK;
