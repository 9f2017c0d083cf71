-- SPDX-License-Identifier: Apache-2.0
-- What each principal may push. Parameters: none.
-- Columns: principal_id, kind, document (empty: all).
SELECT principal_id, kind::text, coalesce(document, '')
FROM uptake.push_grant
ORDER BY principal_id
