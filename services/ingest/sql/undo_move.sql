-- SPDX-License-Identifier: Apache-2.0
-- A move that is refused leaves no region behind that was opened for it.
ROLLBACK TO SAVEPOINT before_move
