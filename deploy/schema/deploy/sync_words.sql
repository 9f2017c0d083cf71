-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:sync_words
-- requires: model
-- Kinds of item that only operators see. A change of its own: a new word of a type may be used only
-- once the transaction that added it is committed.

BEGIN;

ALTER TYPE uptake.item_kind ADD VALUE 'principal';
ALTER TYPE uptake.item_kind ADD VALUE 'dead_letter';

COMMIT;
