-- SPDX-License-Identifier: Apache-2.0
-- Whether what an item is to hang on hangs on that item itself already. Parameters: $1 item key; parallel
-- arrays $2 field path, $3 key of what it is to hang on. Columns: those of the paths that lead back.
WITH RECURSIVE up (place, item_id) AS (
    SELECT r.place, i.item_id
    FROM unnest($2::text[], $3::text[]) AS r (place, item_key) JOIN uptake.item i USING (item_key)
    UNION
    SELECT up.place, CASE up.place WHEN 'unit_identity.merged_into' THEN u.merged_into_id
                                   WHEN 'unit_identity.parent' THEN u.parent_id
                                   WHEN 'unit_identity.reports_to' THEN u.reports_to_id
                                   ELSE i.parent_id END
    FROM up
    JOIN uptake.item i USING (item_id)
    LEFT JOIN uptake.unit u USING (item_id)
)
SELECT up.place FROM up JOIN uptake.item i USING (item_id) WHERE i.item_key = $1 ORDER BY 1
