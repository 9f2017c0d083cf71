-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:form
-- requires: desk
-- What a unit has written in the form and not submitted. It is no part of the register: it answers
-- nothing, is in no feed, and goes when the update it became is recorded.

BEGIN;
SET LOCAL search_path = uptake;

CREATE TABLE draft (
    unit text NOT NULL,             -- keys, as the link names them
    action text NOT NULL,
    policy text NOT NULL,
    cycle int NOT NULL CHECK (cycle >= 1),
    version int NOT NULL,           -- counts what was saved: a page that shows an older one is told
    progress text NOT NULL,
    source text NOT NULL,
    narrative text NOT NULL,
    evidence text NOT NULL,
    completed_on text NOT NULL,     -- as typed, even where that is no day
    hold text NOT NULL,
    hold_reason text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (unit, action, policy, cycle)
);
CREATE INDEX draft_saved ON draft (saved_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO uptake_reporting;

COMMIT;
