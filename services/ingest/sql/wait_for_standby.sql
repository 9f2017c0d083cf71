-- SPDX-License-Identifier: Apache-2.0
-- A repeated message may be answered "committed" only once what it repeats is on the standby too, where
-- one is named: a record of its own in the log makes this COMMIT wait for all before it.
-- Parameters: none.
SELECT CASE WHEN current_setting('synchronous_standby_names') <> ''
            THEN pg_logical_emit_message(true, 'uptake', '')::text END
