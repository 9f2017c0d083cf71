-- SPDX-License-Identifier: Apache-2.0
-- Before any other lock: no item moves until COMMIT; see lock_moves. Parameters: none.
SELECT pg_advisory_xact_lock_shared(8474132077)
