-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:form

BEGIN;
SELECT unit, action, policy, cycle, version, progress, source, narrative, evidence, completed_on, hold,
       hold_reason, saved_at
FROM uptake.draft WHERE false;
SELECT 1 / (has_table_privilege('uptake_reporting', 'uptake.draft', 'DELETE')
            AND has_table_privilege('uptake_reporting', 'uptake.obligation', 'SELECT')
            AND NOT has_table_privilege('uptake_reporting', 'uptake.obligation', 'UPDATE')
            AND NOT has_table_privilege('uptake_workflow', 'uptake.draft', 'SELECT'))::int;
ROLLBACK;
