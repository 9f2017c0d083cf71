-- SPDX-License-Identifier: Apache-2.0
SAVEPOINT before_move
