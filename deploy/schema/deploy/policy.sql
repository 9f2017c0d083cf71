-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:policy
-- requires: ledger
-- requires: asking_words
-- What a ladder and a desk add to the ledger.

BEGIN;
SET LOCAL search_path = uptake;

UPDATE schema_version SET version = 4;

-- The question stands, and nobody is written to about it: 'void' is left for what never was a question. Used by
-- programs only: a new word of a type may not be used by the transaction that adds it.
ALTER TYPE obligation_state ADD VALUE IF NOT EXISTS 'rested' AFTER 'void';

CREATE TYPE rung AS ENUM ('unit', 'unit_head', 'overseer', 'overseer_head');

ALTER TABLE obligation
    ADD asked_id bigint REFERENCES item,                -- the unit whose answer is awaited
    ADD awaited bigint[],                               -- all such units, where they are several
    ADD rung rung NOT NULL DEFAULT 'unit',              -- as what the recipient is written to
    ADD held boolean NOT NULL DEFAULT false,            -- planned, and not sent until the desk opens the cycle
    ADD cycle_begin_on date CHECK (cycle_begin_on < cycle_on); -- the day before its first; NULL: no beginning
-- A cycle begins where the one before ended; of the first that is known the rule of today is taken.
UPDATE obligation o
SET asked_id = o.recipient_id,
    cycle_begin_on = (
        SELECT coalesce(max(b.cycle_on), (o.cycle_on - make_interval(months => p.interval_months))::date)
        FROM policy p
        LEFT JOIN obligation b
               ON b.subject_id = o.subject_id AND b.policy_id = o.policy_id AND b.cycle < o.cycle AND b.state <> 'void'
              AND b.cycle_on < o.cycle_on
        WHERE p.item_id = o.policy_id AND p.trigger = 'interval'
        GROUP BY p.item_id);
ALTER TABLE obligation
    ALTER asked_id SET NOT NULL,
    ALTER rung DROP DEFAULT,
    ALTER held DROP DEFAULT,
    ADD CHECK ((rung = 'unit') = (asked_id = recipient_id));

-- Every claim leaves as many dead entries in obligation_due, which each look at what is due has to pass until
-- they are swept: by number, not by the fifth of a ledger of millions, and also where they are few.
ALTER TABLE obligation SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
                            vacuum_index_cleanup = on);

-- Each plan looks for those whose address is another since, among all that ever went out.
CREATE INDEX delivery_failed ON delivery (recipient_id) WHERE state = 'failed';

-- To whom the updates of an action go, and its escalations: its own overseer where that is sure (of several the
-- first by id, as the ladder takes it), else the policy's; or who does the work of that one now.
CREATE FUNCTION overseer_of(action_id bigint, policy_overseer_id bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT uptake.successor_of(coalesce(
        (SELECT min(uptake.successor_of(r.unit_id)) FROM uptake.responsibility r
         WHERE r.item_id = $1 AND r.role = 'overseer' AND r.unit_id IS NOT NULL
           AND (r.confirmed OR NOT (r.inferred OR r.ambiguous OR r.vague))), $2))
$$;
REVOKE ALL ON FUNCTION overseer_of(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION overseer_of(bigint, bigint) TO uptake_ingest, uptake_workflow, uptake_reporting;

DROP INDEX obligation_due;
CREATE INDEX obligation_due ON obligation (send_on) WHERE state = 'planned' AND NOT held;

COMMIT;
