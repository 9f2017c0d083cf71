-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:sync_words

BEGIN;
SELECT 'principal'::uptake.item_kind, 'dead_letter'::uptake.item_kind;
ROLLBACK;
