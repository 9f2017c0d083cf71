-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:session

BEGIN;
SELECT 1 / (version >= 5)::int FROM uptake.schema_version;
SELECT token_hash FROM uptake.session WHERE false;
SELECT 1 / (has_function_privilege('uptake_reporting', 'uptake.session_principal(bytea, timestamptz)', 'EXECUTE')
            AND NOT has_function_privilege('uptake_workflow', 'uptake.session_principal(bytea, timestamptz)',
                                           'EXECUTE'))::int;
ROLLBACK;
