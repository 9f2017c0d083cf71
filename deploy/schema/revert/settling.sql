-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:settling

BEGIN;
SET LOCAL search_path = uptake;

REVOKE SELECT ON conflict, dead_letter FROM uptake_reporting;
DROP FUNCTION replay_id(uuid);
ALTER TABLE refusal DROP item_key;
DELETE FROM conflict WHERE body IS NULL;
DELETE FROM dead_letter WHERE body IS NULL;
ALTER TABLE conflict ALTER body SET NOT NULL, DROP decision, DROP decided_by, DROP decided_revision;
ALTER TABLE dead_letter
    ALTER body SET NOT NULL, DROP item_key, DROP attempts, DROP reason, DROP decision, DROP decided_by,
    DROP replay_outcome, DROP replay_code;
DROP TYPE conflict_word;
DROP TYPE dead_letter_word;

COMMIT;
