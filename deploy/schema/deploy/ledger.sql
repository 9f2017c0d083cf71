-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:ledger
-- requires: register
-- Whom the policies ask, about what, when, and what became of it. Only workflow writes here; a row
-- is the proof that somebody was asked. services/workflow/README.md has the life cycles as tables.

BEGIN;

SET LOCAL search_path = uptake;

CREATE TYPE obligation_state AS ENUM
    ('planned', 'claimed', 'sent', 'coalesced', 'void', 'met', 'not_asked');
CREATE TYPE delivery_state AS ENUM ('claimed', 'sent', 'uncertain', 'failed');

-- One digest: what one recipient is sent on one civil day. Its Message-ID is fixed before the first
-- attempt and is the same at every later one.
CREATE TABLE delivery (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recipient_id bigint NOT NULL REFERENCES item,
    digest_on date NOT NULL,
    address text NOT NULL,
    message_id text NOT NULL UNIQUE,
    state delivery_state NOT NULL,
    reason text NOT NULL,
    attempt_id uuid,                -- the attempt that is sending it now; NULL: none
    worker int,                     -- server process of its session; when that is gone, so is it
    fence bigint NOT NULL,          -- number of the attempt: a late finish of an older one is void
    uncertain_attempts int NOT NULL, -- with an outcome nobody knows; the next repeats the mail
    next_attempt_at timestamptz,    -- end of the lease while an attempt runs, else when to try again
    last_error text NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    UNIQUE (recipient_id, digest_on),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK ((state IN ('claimed', 'uncertain')) = (next_attempt_at IS NOT NULL)),
    CHECK (attempt_id IS NULL OR state = 'claimed'),
    CHECK ((attempt_id IS NULL) = (worker IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX delivery_waiting ON delivery (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX delivery_attempt ON delivery (attempt_id) WHERE attempt_id IS NOT NULL;

-- One rung of the ladder: policy, subject (an action), cycle, step, recipient.
CREATE TABLE obligation (
    obligation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    policy_id bigint NOT NULL REFERENCES item,
    subject_id bigint NOT NULL REFERENCES item,
    cycle int NOT NULL CHECK (cycle >= 1),
    cycle_on date NOT NULL,         -- the day the cycle ends
    step int NOT NULL,              -- days from cycle_on
    recipient_id bigint NOT NULL REFERENCES item,
    send_on date NOT NULL,
    state obligation_state NOT NULL,
    reason text NOT NULL,           -- why it is in this state, for people
    coalesced_cycle int,            -- the obligation that speaks for this one, of the same policy,
    coalesced_step int,             -- subject and recipient
    delivery_id bigint REFERENCES delivery,
    changed_at timestamptz NOT NULL,
    reminder_recorded_at timestamptz, -- the feed holds the reminder from here on
    reminder_refused_at timestamptz,  -- ingest would not take it; tried again after a restart
    UNIQUE (policy_id, subject_id, cycle, step, recipient_id),
    CHECK ((state IN ('claimed', 'sent')) = (delivery_id IS NOT NULL)),
    CHECK ((state = 'coalesced') = (coalesced_cycle IS NOT NULL AND coalesced_step IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX obligation_due ON obligation (send_on) WHERE state = 'planned';
CREATE INDEX obligation_subject ON obligation (subject_id);
CREATE INDEX obligation_delivery ON obligation (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX obligation_unrecorded ON obligation (obligation_id)
    WHERE state = 'sent' AND reminder_recorded_at IS NULL;

-- How far each consumer has read the hq feed, and for which civil day it drew its conclusions.
CREATE TABLE workflow_cursor (
    consumer text PRIMARY KEY,
    epoch uuid NOT NULL,
    seq bigint NOT NULL,
    planned_on date NOT NULL
);
INSERT INTO workflow_cursor (consumer, epoch, seq, planned_on)
VALUES ('plan', '00000000-0000-0000-0000-000000000000', 0, '-infinity');

COMMIT;
