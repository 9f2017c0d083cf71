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
    ADD decided_by text NOT NULL DEFAULT '',
    ADD replay_outcome outcome,         -- of the attempt that a person wanted; NULL: none yet
    ADD replay_code text NOT NULL DEFAULT '';
UPDATE dead_letter SET reason = 'the register could not store this change';
ALTER TABLE conflict ALTER body DROP NOT NULL;
CREATE INDEX conflict_open ON conflict (conflict_id) WHERE decision IS NULL;

-- So that a redaction finds the texts that were kept of an item.
ALTER TABLE refusal ADD item_key text NOT NULL DEFAULT '';

-- The id under which a parked change is tried again: the same for everybody who tries, and another than
-- that under which its outcome says parked.
CREATE FUNCTION replay_id(message_id uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(substr(sha256('uptake replay '::bytea || uuid_send(message_id)), 1, 16), 'hex')::uuid
$$;
REVOKE ALL ON FUNCTION replay_id(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION replay_id(uuid) TO uptake_ingest, uptake_reporting;

GRANT SELECT ON conflict, dead_letter TO uptake_reporting;

COMMIT;
