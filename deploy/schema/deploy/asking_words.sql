-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:asking_words
-- requires: hot
-- The period of a policy as an item. A change of its own: a new word of a type may be used only once the
-- transaction that added it is committed.

BEGIN;

ALTER TYPE uptake.item_kind ADD VALUE 'cycle';

COMMIT;
