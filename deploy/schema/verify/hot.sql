-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:hot

BEGIN;
SELECT progress_before FROM uptake.item WHERE false;
SELECT 1 / (version >= 3)::int FROM uptake.schema_version;
ROLLBACK;
