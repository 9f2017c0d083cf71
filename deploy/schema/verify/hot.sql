-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:hot

BEGIN;
SELECT progress_before FROM uptake.item WHERE false;
SELECT progress_before, addressee, due_on FROM uptake.change WHERE false;
SELECT n FROM uptake.counted WHERE false;
SELECT sender_id, message_id, attempts, last_at FROM uptake.attempt WHERE false;
SELECT 1 / count(*) FROM uptake.rollup_cursor;
SELECT 1 / (uptake.chain_through('\x00', '\x01') = sha256('\x0001'))::int;
SELECT 1 / (version >= 3)::int FROM uptake.schema_version;
ROLLBACK;
