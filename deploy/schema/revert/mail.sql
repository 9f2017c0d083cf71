-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:mail

BEGIN;

ALTER TABLE uptake.delivery DROP COLUMN message, DROP COLUMN message_sha256;

COMMIT;
