-- SPDX-License-Identifier: Apache-2.0
-- Planning reads one state of the register and writes what follows from it.
BEGIN ISOLATION LEVEL REPEATABLE READ
