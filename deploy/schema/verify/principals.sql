-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:principals

BEGIN;
SELECT item_id, speaks_for_others, producer_epoch FROM uptake.principal WHERE false;
SELECT groups, unit FROM uptake.push_grant WHERE false;
ROLLBACK;
