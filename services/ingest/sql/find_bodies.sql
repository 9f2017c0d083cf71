-- SPDX-License-Identifier: Apache-2.0
-- Bodies of changes (NULL: redacted), to make the full image of an item that comes into a scope.
-- Parameters: $1 change ids. Columns: change_id, body.
SELECT change_id, body FROM uptake.change WHERE change_id = ANY ($1::bigint[])
