-- SPDX-License-Identifier: Apache-2.0
-- From here on older copies of a sender's outbox are refused. Never lowered.
-- Parameters: $1 principal_id, $2 epoch. Columns: the epoch now; no row: it is as high already.
-- Leans on principal_pkey.
UPDATE uptake.principal SET producer_epoch = $2::bigint
WHERE principal_id = $1::int AND producer_epoch < $2::bigint
RETURNING producer_epoch
