-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:policy
-- What is held would be sent and what went up the ladder would read as asked of the recipient itself:
-- obligations of a ladder that were not sent are dropped, and planned again by a build that knows them.

BEGIN;
SET LOCAL search_path = uptake;

DELETE FROM obligation WHERE held OR (rung <> 'unit' AND state NOT IN ('claimed', 'sent'));
-- PostgreSQL cannot take a word out of a type; one that nobody uses does no harm.
UPDATE obligation SET state = 'void' WHERE state = 'rested';
DROP FUNCTION overseer_of(bigint, bigint);
DROP INDEX delivery_failed;
DROP INDEX obligation_due;
ALTER TABLE obligation DROP asked_id, DROP awaited, DROP rung, DROP held, DROP cycle_begin_on;
DROP TYPE rung;
CREATE INDEX obligation_due ON obligation (send_on) WHERE state = 'planned';
UPDATE schema_version SET version = 3;

ALTER TABLE uptake.obligation RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, vacuum_index_cleanup);

COMMIT;
