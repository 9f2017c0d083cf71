-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:hot

BEGIN;
SET LOCAL search_path = uptake;

REVOKE DELETE ON refusal FROM uptake_ingest;
DROP TABLE attempt;
DROP AGGREGATE chain_through(bytea, bytea);
DROP FUNCTION chain_step(bytea, bytea, bytea);
CREATE TEMPORARY TABLE counts ON COMMIT DROP AS
SELECT scope_id, kind, addressee, position_word, progress_word, due_on, sum(n) AS n
FROM counted GROUP BY 1, 2, 3, 4, 5, 6;
DELETE FROM rollup;
INSERT INTO rollup (scope_id, kind, addressee, position_word, progress_word, due_on, n)
SELECT scope_id, kind, addressee, position_word, progress_word, due_on, n FROM counts;
DROP VIEW counted;
DROP FUNCTION reports_counted(bigint, bigint);
DROP TABLE rollup_cursor;
ALTER TABLE change DROP progress_before, DROP addressee, DROP due_on;
ALTER TABLE item
    RESET (fillfactor),
    DROP progress_before,
    ALTER item_key TYPE text COLLATE "default",
    ALTER document TYPE text COLLATE "default",
    ALTER group_revisions TYPE bigint[];
ALTER TABLE feed_segment ADD FOREIGN KEY (scope_id) REFERENCES scope;
ALTER TABLE rollup ADD FOREIGN KEY (scope_id) REFERENCES scope;
UPDATE schema_version SET version = 2;

COMMIT;
