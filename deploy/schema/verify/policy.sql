-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:policy

BEGIN;
SELECT has_function_privilege('uptake.overseer_of(bigint, bigint)', 'execute');
SELECT asked_id, awaited, rung, held, cycle_begin_on FROM uptake.obligation WHERE false;
SELECT 1 / count(*) FROM pg_indexes
WHERE schemaname = 'uptake' AND indexname = 'obligation_due' AND indexdef LIKE '%NOT held%';
SELECT 1 / count(*) FROM pg_indexes WHERE schemaname = 'uptake' AND indexname = 'delivery_failed';
SELECT 1 / (version >= 4)::int FROM uptake.schema_version;
SELECT 'rested'::uptake.obligation_state;
ROLLBACK;
