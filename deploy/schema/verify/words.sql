-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:words

BEGIN;
SELECT 'assessment_round'::uptake.item_kind, 'assessment'::uptake.item_kind,
       'indicator'::uptake.item_kind, 'link'::uptake.item_kind, 'finding'::uptake.item_kind,
       'crosswalk'::uptake.item_kind;
ROLLBACK;
