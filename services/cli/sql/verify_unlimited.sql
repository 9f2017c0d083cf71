-- SPDX-License-Identifier: Apache-2.0
-- A whole table may take its time, in this transaction alone. Parameters: none. Columns: one, unused.
SELECT set_config('statement_timeout', '0', true)
