-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:register
-- The register: what is known (item and its details), how it came to be known (change), and the
-- order in which each audience learns it (feed_head, feed_segment). Only ingest writes here.

BEGIN;

CREATE SCHEMA uptake;
SET LOCAL search_path = uptake;

-- One row. Services compare it with the number they were built for and refuse to start otherwise.
CREATE TABLE schema_version (
    version int NOT NULL,
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
);
INSERT INTO schema_version (version) VALUES (1);

-- The words of proto/uptake/v1/words.proto, spelled the same. Adding one: ALTER TYPE ... ADD VALUE.
CREATE TYPE item_kind AS ENUM
    ('document', 'response', 'recommendation', 'action', 'unit', 'policy', 'reminder');
CREATE TYPE instrument AS ENUM
    ('unspecified', 'evaluation', 'upr', 'treaty_body', 'special_procedure', 'audit');
CREATE TYPE addressee AS ENUM ('unspecified', 'office', 'state');
CREATE TYPE response_state AS ENUM ('unspecified', 'draft', 'approved');
CREATE TYPE position_word AS ENUM
    ('accepted', 'accepted_with_changes', 'partially_accepted', 'not_accepted', 'noted',
     'under_consideration', 'not_relevant', 'none_given');
CREATE TYPE progress_word AS ENUM
    ('not_started', 'initiated', 'ongoing', 'completed', 'cancelled', 'superseded',
     'no_longer_applicable', 'unknown');
CREATE TYPE disclosure AS ENUM ('public', 'internal', 'restricted');
CREATE TYPE timeframe_precision AS ENUM
    ('unspecified', 'day', 'month', 'quarter', 'half', 'year', 'range', 'none');
CREATE TYPE responsible_role AS ENUM ('lead', 'support', 'overseer', 'container', 'external');
CREATE TYPE unit_kind AS ENUM ('unit', 'post', 'external', 'container');
CREATE TYPE policy_trigger AS ENUM ('interval', 'deadline');
CREATE TYPE operation AS ENUM ('set', 'enter', 'leave');
CREATE TYPE outcome AS ENUM
    ('committed', 'merged', 'no_op', 'refused', 'conflict', 'parked');
CREATE TYPE scope_kind AS ENUM ('public', 'hq', 'audit', 'region', 'unit');

-- Who may connect, and what each may do ------------------------------------------------------

CREATE TABLE principal (
    principal_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    internal boolean NOT NULL DEFAULT false,    -- one of our own services: may hear the doorbell
    created_at timestamptz NOT NULL
);

-- CURVE public keys, Z85. A principal may hold two while it changes keys.
CREATE TABLE curve_key (
    public_key text PRIMARY KEY CHECK (length(public_key) = 40),
    principal_id int NOT NULL REFERENCES principal,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);

-- Bearer tokens: BLAKE2b-256 of the secret, never the secret.
CREATE TABLE token (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    principal_id int NOT NULL REFERENCES principal,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

-- Deny by default: a principal without a row here can push nothing. NULL documents: all of them.
CREATE TABLE push_grant (
    principal_id int NOT NULL REFERENCES principal,
    kind item_kind NOT NULL,
    document text,
    UNIQUE NULLS NOT DISTINCT (principal_id, kind, document)
);

-- Scopes and their feeds -----------------------------------------------------------------------

CREATE TABLE scope (
    scope_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind scope_kind NOT NULL
);

CREATE TABLE read_grant (
    principal_id int NOT NULL REFERENCES principal,
    scope_id int NOT NULL REFERENCES scope,
    PRIMARY KEY (principal_id, scope_id)
);

-- What each principal may read: what it was granted, and with hq every scope but audit, those opened
-- later included, since nothing is hidden from hq.
CREATE VIEW readable AS
    SELECT principal_id, scope_id FROM read_grant
    UNION
    SELECT g.principal_id, s.scope_id
    FROM read_grant g CROSS JOIN scope s
    WHERE g.scope_id = 1 AND s.kind <> 'audit';

-- The end of each scope's feed. The row lock taken to advance it is held to commit, so the order of
-- seq is the order of commit and of visibility. recorded_at strictly increases.
CREATE TABLE feed_head (
    scope_id int PRIMARY KEY REFERENCES scope,
    epoch uuid NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 0),
    chain bytea NOT NULL CHECK (length(chain) = 32),
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 20);

-- Entries first_seq..last_seq of a scope, in order, each an accepted change.
-- chain = sha256(chain of the segment before || entry hashes in order).
CREATE TABLE feed_segment (
    scope_id int NOT NULL REFERENCES scope,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    change_ids bigint[] NOT NULL,
    chain bytea NOT NULL CHECK (length(chain) = 32),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (scope_id, last_seq),
    CHECK (last_seq - first_seq + 1 = cardinality(change_ids))
);

-- Opens a scope with an empty feed. The epoch of a fresh feed is the register's.
CREATE FUNCTION open_scope(scope_name text, scope_kind uptake.scope_kind, opened_at timestamptz)
RETURNS int LANGUAGE sql AS $$
    -- DO UPDATE, so that a scope somebody else opens at this moment is waited for and found.
    WITH opened AS (
        INSERT INTO uptake.scope (name, kind) VALUES (scope_name, scope_kind)
        ON CONFLICT (name) DO UPDATE SET name = excluded.name
        RETURNING scope_id
    ), head AS (
        INSERT INTO uptake.feed_head (scope_id, epoch, seq, chain, recorded_at)
        SELECT scope_id,
               coalesce((SELECT epoch FROM uptake.feed_head ORDER BY scope_id LIMIT 1),
                        gen_random_uuid()),
               0, sha256(convert_to(scope_name, 'UTF8')), opened_at
        FROM opened
        ON CONFLICT (scope_id) DO NOTHING
    )
    SELECT scope_id FROM opened;
$$;

-- hq is scope 1: every item but none of audit lies in it, and every writer locks it first.
SELECT open_scope('hq', 'hq', 'epoch');
SELECT open_scope('public', 'public', 'epoch');
SELECT open_scope('audit', 'audit', 'epoch');

-- History ---------------------------------------------------------------------------------------

CREATE SEQUENCE change_id_seq;

-- One accepted message and its effect: inbox, history and feed payload in one row. Dedupe is for
-- ever because the dedupe row is the history row; hence no partitioning by time.
CREATE TABLE change (
    change_id bigint PRIMARY KEY,
    sender_id int NOT NULL REFERENCES principal,
    message_id uuid NOT NULL,
    body_sha256 bytea NOT NULL,
    operation operation NOT NULL,
    kind item_kind NOT NULL,
    document text NOT NULL,
    item_id bigint NOT NULL,
    revision int NOT NULL,
    body bytea,                     -- the exact bytes hashed; NULL once redacted
    outcome outcome NOT NULL,
    -- the item after this change
    progress progress_word,
    reported_on date,               -- last day of the period the progress was reported in
    scopes int[] NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (sender_id, message_id)
);
CREATE INDEX change_item ON change (item_id, revision);
CREATE INDEX change_recorded ON change USING brin (recorded_at);

-- Refused messages, without their body, so that a repeat gets the same answer.
CREATE TABLE refusal (
    sender_id int NOT NULL REFERENCES principal,
    message_id uuid NOT NULL,
    body_sha256 bytea NOT NULL,
    outcome outcome NOT NULL CHECK (outcome IN ('refused', 'conflict', 'no_op', 'parked')),
    code text NOT NULL,
    place text NOT NULL,
    remedy text NOT NULL,
    revision int NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (sender_id, message_id)
);

-- Changes the register could not store, whole, with the reason: parked for an operator, never lost.
CREATE TABLE dead_letter (
    sender_id int NOT NULL REFERENCES principal,
    message_id uuid NOT NULL,
    body bytea NOT NULL,
    sqlstate text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (sender_id, message_id)
);

-- Both versions of what two senders changed at once, until a person decides.
CREATE TABLE conflict (
    conflict_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sender_id int NOT NULL,
    message_id uuid NOT NULL,
    item_id bigint NOT NULL,
    base_revision int NOT NULL,
    current_revision int NOT NULL,
    body bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (sender_id, message_id)
);

-- State ------------------------------------------------------------------------------------------

CREATE SEQUENCE item_id_seq;

-- What every item has: identity, revision, the axes that are counted, and who may see it. Narrow
-- on purpose: a progress update rewrites this row and nothing else; texts stand in the detail
-- tables, narratives in change.
CREATE TABLE item (
    item_id bigint PRIMARY KEY,
    item_key text NOT NULL UNIQUE CHECK (octet_length(item_key) BETWEEN 1 AND 200),
    kind item_kind NOT NULL,
    document text NOT NULL,
    parent_id bigint REFERENCES item,
    revision int NOT NULL,
    -- change that last touched each field group; position = field number in Change minus 15
    group_changes bigint[] NOT NULL,
    group_revisions bigint[] NOT NULL,  -- and the item's revision that change made; 0: never
    disclosure disclosure NOT NULL,
    addressee addressee NOT NULL,
    position_taken position_word,
    progress progress_word,
    reported_on date,
    due_on date,
    scopes int[] NOT NULL           -- ascending, hq first
) WITH (fillfactor = 70);
CREATE INDEX item_document ON item (document, item_id);
CREATE INDEX item_parent ON item (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE document (
    item_id bigint PRIMARY KEY REFERENCES item,
    title text NOT NULL,
    symbol text NOT NULL,
    dated_on date,
    instrument instrument NOT NULL,
    office text NOT NULL,
    office_unit_id bigint REFERENCES item,
    language text NOT NULL,
    totals jsonb NOT NULL,
    source_name text NOT NULL,
    source_sha256 bytea NOT NULL
);

CREATE TABLE response (
    item_id bigint PRIMARY KEY REFERENCES item,
    state response_state NOT NULL,
    approver text NOT NULL,
    approved_on date
);

CREATE TABLE recommendation (
    item_id bigint PRIMARY KEY REFERENCES item,
    code text NOT NULL,
    text text NOT NULL,
    issuers text[] NOT NULL,
    position_source text NOT NULL
);

CREATE TABLE action (
    item_id bigint PRIMARY KEY REFERENCES item,
    code text NOT NULL,
    text text NOT NULL,
    timeframe_source text NOT NULL,
    start_on date,
    timeframe_precision timeframe_precision NOT NULL,
    progressive boolean NOT NULL,
    is_open boolean NOT NULL,       -- "ongoing", "continuous": no end is meant
    responsibility_source text NOT NULL
);

CREATE TABLE action_recommendation (
    action_id bigint NOT NULL REFERENCES item,
    recommendation_id bigint NOT NULL REFERENCES item,
    PRIMARY KEY (action_id, recommendation_id)
);
CREATE INDEX action_recommendation_back ON action_recommendation (recommendation_id);

CREATE TABLE unit (
    item_id bigint PRIMARY KEY REFERENCES item,
    code text NOT NULL,
    name text NOT NULL,
    kind unit_kind NOT NULL,
    parent_id bigint REFERENCES item,
    reports_to_id bigint REFERENCES item,
    scope_id int NOT NULL REFERENCES scope,         -- the unit's own feed
    region_scope_id int REFERENCES scope,           -- NULL: headquarters
    zone text NOT NULL,
    aliases text[] NOT NULL,
    email text NOT NULL,
    language text NOT NULL
);

CREATE TABLE responsibility (
    action_id bigint NOT NULL REFERENCES item,
    ordinal int NOT NULL,
    unit_id bigint REFERENCES item,                 -- NULL: nobody in the directory for sure
    name text NOT NULL,
    role responsible_role NOT NULL,
    said_by text NOT NULL,
    inferred boolean NOT NULL,
    ambiguous boolean NOT NULL,
    vague boolean NOT NULL,
    confirmed boolean NOT NULL,
    PRIMARY KEY (action_id, ordinal)
);
CREATE INDEX responsibility_unit ON responsibility (unit_id);

CREATE TABLE policy (
    item_id bigint PRIMARY KEY REFERENCES item,
    title text NOT NULL,
    trigger policy_trigger NOT NULL,
    interval_months int NOT NULL CHECK (interval_months BETWEEN 0 AND 120),
    go_live_on date NOT NULL,
    steps int[] NOT NULL,
    overseer_id bigint REFERENCES item,
    active boolean NOT NULL
);

-- Counts per scope, kept in the transaction that changes them. Keyed by the due day, so that "how
-- many are overdue on DAY" is right for any day without a process that watches the clock.
CREATE TABLE rollup (
    scope_id int NOT NULL REFERENCES scope,
    kind item_kind NOT NULL,
    addressee addressee NOT NULL,
    position_word text NOT NULL,    -- '' where the kind has none
    progress_word text NOT NULL,
    due_on date NOT NULL,           -- 'infinity': no deadline
    n bigint NOT NULL,
    PRIMARY KEY (scope_id, kind, addressee, position_word, progress_word, due_on)
) WITH (fillfactor = 50);

COMMIT;
