-- SPDX-License-Identifier: Apache-2.0
-- Never back: two copies of a sender may raise it at once. Parameters: $1 principal_id, $2 epoch.
-- Columns: the epoch that now holds. Leans on the primary key.
UPDATE uptake.principal SET producer_epoch = greatest(producer_epoch, $2::bigint)
WHERE principal_id = $1::int
RETURNING producer_epoch
