-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:hot

BEGIN;
SET LOCAL search_path = uptake;

ALTER TABLE item DROP progress_before;
UPDATE schema_version SET version = 2;

COMMIT;
