-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:asking_words

BEGIN;
SELECT 'cycle'::uptake.item_kind;
ROLLBACK;
