-- SPDX-License-Identifier: Apache-2.0
-- Ends a transaction that began in this or an earlier request.
COMMIT
