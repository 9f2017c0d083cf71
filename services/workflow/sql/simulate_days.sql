-- SPDX-License-Identifier: Apache-2.0
-- Days on which what planning reads changes by itself: a unit comes to be, or is no more. $1 after this
-- day, $2 until this day. Columns: day.
SELECT DISTINCT change.day
FROM uptake.unit
CROSS JOIN LATERAL (VALUES (unit.valid_from), (unit.valid_to + 1)) AS change (day)
WHERE change.day > $1::date AND change.day <= $2::date
ORDER BY change.day
