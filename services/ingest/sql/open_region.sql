-- SPDX-License-Identifier: Apache-2.0
-- The feed of the region a unit moves to, opened where it is new. Parameters: $1 region ('':
-- headquarters), $2 opened at. Columns: scope id, 0 for headquarters.
SELECT CASE WHEN $1::text = '' THEN 0
            ELSE uptake.open_scope('region:' || $1::text, 'region', $2::timestamptz) END
