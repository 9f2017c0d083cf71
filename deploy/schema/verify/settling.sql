-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:settling

BEGIN;
SELECT decision, decided_by, decided_revision FROM uptake.conflict WHERE false;
SELECT item_key, attempts, reason, decision, replay_outcome FROM uptake.dead_letter WHERE false;
SELECT item_key, uptake.replay_id(message_id) FROM uptake.refusal WHERE false;
ROLLBACK;
