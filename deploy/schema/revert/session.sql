-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:session

BEGIN;
DROP FUNCTION uptake.session_principal(bytea, timestamptz);
ALTER TABLE uptake.session DROP token_hash;
UPDATE uptake.schema_version SET version = 4;
COMMIT;
