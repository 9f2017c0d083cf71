-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:hot

BEGIN;
SET LOCAL search_path = uptake;

REVOKE DELETE ON refusal FROM uptake_ingest;
DROP AGGREGATE chain_through(bytea, bytea);
DROP FUNCTION chain_step(bytea, bytea, bytea);
INSERT INTO rollup AS r (scope_id, kind, addressee, position_word, progress_word, due_on, n)
SELECT p.scope_id, p.kind, p.addressee, p.position_word, p.progress_word, p.due_on, sum(p.n)
FROM rollup_cursor f CROSS JOIN LATERAL reports_counted(f.folded_seq, 9223372036854775807) p
GROUP BY p.scope_id, p.kind, p.addressee, p.position_word, p.progress_word, p.due_on
ON CONFLICT (scope_id, kind, addressee, position_word, progress_word, due_on)
DO UPDATE SET n = r.n + excluded.n;
DROP VIEW counted;
DROP FUNCTION reports_counted(bigint, bigint);
DROP TABLE rollup_cursor;
ALTER TABLE change DROP progress_before, DROP addressee, DROP due_on;
ALTER TABLE item DROP progress_before;
UPDATE schema_version SET version = 2;

COMMIT;
