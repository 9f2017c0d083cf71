-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:desk

BEGIN;
REVOKE SELECT ON uptake.obligation, uptake.delivery, uptake.workflow_cursor FROM uptake_ingest;
REVOKE SELECT ON uptake.obligation, uptake.delivery FROM uptake_reporting;
REVOKE EXECUTE ON FUNCTION uptake.is_open(text) FROM uptake_workflow;
DROP FUNCTION uptake.unsettled(bigint, date, text[], text[], text[], date, date);
DROP INDEX uptake.obligation_cycle, uptake.delivery_day;
DROP TABLE uptake.desk_notice, uptake.brake_hold;
COMMIT;
