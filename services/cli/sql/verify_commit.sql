-- SPDX-License-Identifier: Apache-2.0
-- Parameters: none. Columns: none.
COMMIT
