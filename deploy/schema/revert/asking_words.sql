-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:asking_words
-- PostgreSQL cannot take a word out of a type; one that nobody uses does no harm.

BEGIN;
SELECT 1 FROM pg_type WHERE oid = 'uptake.item_kind'::regtype;
COMMIT;
