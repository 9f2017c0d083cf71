-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:reading
-- requires: register
-- requires: ledger
-- What reading needs of its own: the sessions of the web page, the register judged on a civil day,
-- and the login role of each service with the least rights it works with.

BEGIN;

-- A browser that signed in with a one-time link. The nonce of the link stands here once: a link
-- that is used again finds it taken.
CREATE TABLE uptake.session (
    session_hash bytea PRIMARY KEY CHECK (length(session_hash) = 32),
    principal_id int NOT NULL REFERENCES uptake.principal,
    nonce bytea NOT NULL UNIQUE CHECK (length(nonce) = 16),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz            -- signed out; the row stays until its link has expired too
);

-- Does anything remain to be done?
CREATE FUNCTION uptake.is_open(progress text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(progress, '') NOT IN
           ('completed', 'cancelled', 'superseded', 'no_longer_applicable')
$$;

-- The time axis of an action on a day: derived, never typed in. A period runs to its last day, so
-- what is due that day is not late. A State is never called late.
CREATE FUNCTION uptake.time_word(progress text, addressee uptake.addressee, due_on date, day date)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN NOT uptake.is_open(progress) THEN 'not_applicable'
        WHEN due_on IS NULL OR due_on = 'infinity' THEN 'no_deadline'
        WHEN due_on < day AND addressee = 'state' THEN 'suggested_period_elapsed'
        WHEN due_on < day THEN 'overdue'
        WHEN due_on <= day + 30 THEN 'due_soon'
        ELSE 'not_due'
    END
$$;

-- Every action as it stands on a day. From today on that is its present state. For a day that has
-- passed, today's knowledge is judged: of what was reported for that day or before it, the newest.
-- A report without a date counts for every day; its order is the day it was recorded. A change that
-- left progress and its date as they were reported nothing.
CREATE FUNCTION uptake.actions_on(day date, today date)
RETURNS TABLE (action_id bigint, progress text, reported_on date, time_word text)
LANGUAGE sql STABLE AS $$
    SELECT i.item_id,
           j.progress,
           j.reported_on,
           uptake.time_word(j.progress, i.addressee, i.due_on, day)
    FROM uptake.item i
    LEFT JOIN LATERAL (
        SELECT r.progress, r.reported_on
        FROM (
            SELECT c.change_id, c.progress, c.reported_on, c.recorded_at,
                   (c.progress, c.reported_on) IS DISTINCT FROM
                   (lag(c.progress, 1, 'unknown') OVER w, lag(c.reported_on) OVER w) AS reported
            FROM uptake.change c
            WHERE day < today
              AND c.item_id = i.item_id
              AND c.outcome IN ('committed', 'merged')
              AND c.operation = 'set'
              AND c.progress IS NOT NULL
            WINDOW w AS (ORDER BY c.revision, c.change_id)
        ) r
        WHERE r.reported AND (r.reported_on IS NULL OR r.reported_on <= day)
        ORDER BY coalesce(r.reported_on, (r.recorded_at AT TIME ZONE 'UTC')::date) DESC,
                 r.change_id DESC
        LIMIT 1
    ) past ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(CASE WHEN day < today THEN past.progress ELSE i.progress END,
                        'unknown')::text AS progress,
               CASE WHEN day < today THEN past.reported_on ELSE i.reported_on END AS reported_on
    ) j
    WHERE i.kind = 'action'
$$;

-- Roles belong to the whole cluster, so another database may have made them already.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['uptake_ingest', 'uptake_workflow', 'uptake_reporting'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA uptake TO uptake_ingest, uptake_workflow, uptake_reporting;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA uptake FROM PUBLIC;

-- ingest writes the register; it deletes only what it replaces.
GRANT SELECT ON uptake.schema_version, uptake.principal, uptake.curve_key, uptake.push_grant
    TO uptake_ingest;
GRANT SELECT, INSERT, UPDATE ON
    uptake.scope, uptake.feed_head, uptake.feed_segment, uptake.change,
    uptake.refusal, uptake.dead_letter, uptake.conflict, uptake.item, uptake.document, uptake.response,
    uptake.recommendation, uptake.action, uptake.unit, uptake.policy, uptake.rollup
    TO uptake_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON uptake.action_recommendation, uptake.responsibility
    TO uptake_ingest;
GRANT USAGE ON SEQUENCE uptake.change_id_seq, uptake.item_id_seq TO uptake_ingest;
GRANT EXECUTE ON FUNCTION uptake.open_scope(text, uptake.scope_kind, timestamptz)
    TO uptake_ingest;

-- workflow reads the register and writes the ledger.
GRANT SELECT ON
    uptake.schema_version, uptake.principal, uptake.scope, uptake.feed_head, uptake.feed_segment,
    uptake.change, uptake.item, uptake.document, uptake.response, uptake.recommendation,
    uptake.action, uptake.action_recommendation, uptake.unit, uptake.responsibility, uptake.policy
    TO uptake_workflow;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    uptake.obligation, uptake.delivery, uptake.workflow_cursor TO uptake_workflow;

-- reporting reads, and keeps the sessions.
GRANT SELECT ON
    uptake.schema_version, uptake.principal, uptake.token, uptake.scope, uptake.readable,
    uptake.feed_head, uptake.feed_segment, uptake.change, uptake.item, uptake.document,
    uptake.response, uptake.recommendation, uptake.action, uptake.action_recommendation,
    uptake.unit, uptake.responsibility, uptake.policy, uptake.rollup
    TO uptake_reporting;
GRANT SELECT, INSERT, UPDATE, DELETE ON uptake.session TO uptake_reporting;
GRANT EXECUTE ON FUNCTION
    uptake.is_open(text), uptake.time_word(text, uptake.addressee, date, date),
    uptake.actions_on(date, date)
    TO uptake_reporting;

COMMIT;
