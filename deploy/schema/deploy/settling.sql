-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:settling
-- requires: sync_words
-- What people make of conflicts and of changes that were parked.

BEGIN;
SET LOCAL search_path = uptake;

CREATE TYPE conflict_word AS ENUM ('kept_present', 'took_other', 'written_anew');
CREATE TYPE dead_letter_word AS ENUM ('replayed', 'discarded');

ALTER TABLE conflict
    ADD decision conflict_word,         -- NULL: waits for a person
    ADD decided_by text NOT NULL DEFAULT '',
    ADD decided_revision int;           -- of the item: the change that says so

ALTER TABLE dead_letter
    ALTER body DROP NOT NULL,           -- NULL once redacted
    ADD item_key text NOT NULL DEFAULT '',
    ADD attempts int NOT NULL DEFAULT 1,
    ADD reason text NOT NULL DEFAULT '',
    ADD decision dead_letter_word,      -- NULL: waits for a person
    ADD decided_by text NOT NULL DEFAULT '';
ALTER TABLE conflict ALTER body DROP NOT NULL;
CREATE INDEX conflict_open ON conflict (conflict_id) WHERE decision IS NULL;

GRANT SELECT ON conflict, dead_letter TO uptake_reporting;

COMMIT;
