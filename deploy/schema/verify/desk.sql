-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:desk

BEGIN;
SELECT notice_id, policy_id, cycle_on, occasion, recipient_id, delivery_id, created_at
FROM uptake.desk_notice WHERE false;
SELECT policy_id, reason, recipients, allowed, release_before, held_at FROM uptake.brake_hold WHERE false;
SELECT 1 / (has_table_privilege('uptake_reporting', 'uptake.obligation', 'SELECT')
            AND NOT has_table_privilege('uptake_reporting', 'uptake.brake_hold', 'INSERT')
            AND has_table_privilege('uptake_workflow', 'uptake.brake_hold', 'DELETE'))::int;
ROLLBACK;
