-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:ledger

BEGIN;
DROP TABLE uptake.workflow_cursor, uptake.obligation, uptake.delivery;
DROP TYPE uptake.obligation_state, uptake.delivery_state;
COMMIT;
