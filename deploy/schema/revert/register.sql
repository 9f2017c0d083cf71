-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:register

BEGIN;
DROP SCHEMA uptake CASCADE;
COMMIT;
