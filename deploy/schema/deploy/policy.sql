-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:policy
-- requires: ledger
-- requires: asking_words
-- What a ladder and a desk add to the ledger.

BEGIN;
SET LOCAL search_path = uptake;

UPDATE schema_version SET version = 4;

CREATE TYPE rung AS ENUM ('unit', 'unit_head', 'overseer', 'overseer_head');

ALTER TABLE obligation
    ADD asked_id bigint REFERENCES item,                -- the unit whose answer is awaited
    ADD awaited bigint[],                               -- all such units, where they are several
    ADD rung rung NOT NULL DEFAULT 'unit',              -- as what the recipient is written to
    ADD held boolean NOT NULL DEFAULT false;            -- planned, and not sent until the desk opens the cycle
UPDATE obligation SET asked_id = recipient_id;
ALTER TABLE obligation
    ALTER asked_id SET NOT NULL,
    ALTER rung DROP DEFAULT,
    ALTER held DROP DEFAULT,
    ADD CHECK ((rung = 'unit') = (asked_id = recipient_id));

-- Every claim leaves as many dead entries in obligation_due, which each look at what is due has to pass until
-- they are swept: by number, not by the fifth of a ledger of millions, and also where they are few.
ALTER TABLE obligation SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
                            vacuum_index_cleanup = on);

DROP INDEX obligation_due;
CREATE INDEX obligation_due ON obligation (send_on) WHERE state = 'planned' AND NOT held;

COMMIT;
