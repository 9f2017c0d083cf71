-- SPDX-License-Identifier: Apache-2.0
-- Who may read which scopes. Parameters: none. Columns: principal_id, scope_id.
SELECT principal_id, scope_id FROM uptake.readable
