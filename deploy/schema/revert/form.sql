-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:form

BEGIN;
DROP TABLE uptake.draft;
COMMIT;
