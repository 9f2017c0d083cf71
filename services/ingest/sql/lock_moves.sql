-- SPDX-License-Identifier: Apache-2.0
-- Before any other lock: nobody else writes while items move, scopes open or tombstones are set, so what
-- was read of other items holds until COMMIT, and no two writers take row locks in crossed order.
-- Parameters: none.
SELECT pg_advisory_xact_lock(8474132077)
