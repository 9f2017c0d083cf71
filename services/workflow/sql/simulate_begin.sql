-- SPDX-License-Identifier: Apache-2.0
-- One view of register and ledger, and no way to write. Parameters: none. Columns: none.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
