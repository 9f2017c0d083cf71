-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:settling

BEGIN;
SELECT decision, decided_by, decided_revision FROM uptake.conflict WHERE false;
SELECT item_key, attempts, reason, decision FROM uptake.dead_letter WHERE false;
ROLLBACK;
