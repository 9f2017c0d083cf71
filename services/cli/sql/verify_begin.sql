-- SPDX-License-Identifier: Apache-2.0
-- One view of the register while it is written to. Parameters: none. Columns: none.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
