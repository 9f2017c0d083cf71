-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:words
-- requires: register
-- The kinds of item that came after the first ones. A change of its own: a new word of a type may be
-- used only once the transaction that added it is committed.

BEGIN;

ALTER TYPE uptake.item_kind ADD VALUE 'assessment_round';
ALTER TYPE uptake.item_kind ADD VALUE 'assessment';
ALTER TYPE uptake.item_kind ADD VALUE 'indicator';
ALTER TYPE uptake.item_kind ADD VALUE 'link';
ALTER TYPE uptake.item_kind ADD VALUE 'finding';
ALTER TYPE uptake.item_kind ADD VALUE 'crosswalk';

COMMIT;
