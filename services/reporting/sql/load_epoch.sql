-- SPDX-License-Identifier: Apache-2.0
-- The register's epoch. Parameters: none. Columns: epoch as 32 hexadecimal digits.
SELECT replace(epoch::text, '-', '') FROM uptake.feed_head WHERE scope_id = 1
