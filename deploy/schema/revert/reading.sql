-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:reading
-- The roles stay: another database of the cluster may use them. They keep no right here.

BEGIN;
REVOKE ALL ON ALL TABLES IN SCHEMA uptake FROM uptake_ingest, uptake_workflow, uptake_reporting;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA uptake FROM uptake_ingest, uptake_workflow, uptake_reporting;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA uptake FROM uptake_ingest, uptake_workflow, uptake_reporting;
REVOKE USAGE ON SCHEMA uptake FROM uptake_ingest, uptake_workflow, uptake_reporting;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA uptake TO PUBLIC;
DROP FUNCTION uptake.actions_on(date, date);
DROP FUNCTION uptake.time_word(text, uptake.addressee, date, date);
DROP FUNCTION uptake.is_open(text);
DROP TABLE uptake.session;
COMMIT;
