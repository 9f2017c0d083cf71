-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:form

BEGIN;
REVOKE SELECT ON uptake.obligation FROM uptake_reporting;
DROP TABLE uptake.draft;
COMMIT;
