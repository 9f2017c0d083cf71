-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:mail

BEGIN;

SELECT message, message_sha256 FROM uptake.delivery WHERE false;

ROLLBACK;
