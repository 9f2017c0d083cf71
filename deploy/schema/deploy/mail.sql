-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:mail
-- requires: policy
-- The exact mail stands with its delivery before its first attempt, so that every repeat is the same
-- bytes, whatever became of the register since.

BEGIN;

SET LOCAL search_path = uptake;

ALTER TABLE delivery
    ADD COLUMN message bytea,        -- RFC 5322, written once; NULL: not composed yet
    ADD COLUMN message_sha256 bytea,
    ADD CHECK ((message IS NULL) = (message_sha256 IS NULL)),
    ADD CHECK (octet_length(message_sha256) = 32);

COMMIT;
