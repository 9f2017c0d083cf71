-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:model
-- requires: words
-- requires: reading
-- The rest of the model: tombstones, extensions, milestones, holds, reviews, units in time, assessment
-- rounds, indicators, links, findings and the crosswalks. Texts stay in change; what stands here is
-- what is asked for, joined on or counted.

BEGIN;
SET LOCAL search_path = uptake;

UPDATE schema_version SET version = 2;

-- Items are never deleted (nobody holds that right) and ingest, the only writer, takes ids from rows it
-- has just read or made in the same transaction. Checking the most written references once more cost
-- a third of the time of a new action, and share-locked the rows that every writer meets at.
ALTER TABLE item DROP CONSTRAINT item_parent_id_fkey;
ALTER TABLE change DROP CONSTRAINT change_sender_id_fkey;
ALTER TABLE recommendation DROP CONSTRAINT recommendation_item_id_fkey;
ALTER TABLE action DROP CONSTRAINT action_item_id_fkey;
ALTER TABLE action_recommendation
    DROP CONSTRAINT action_recommendation_action_id_fkey,
    DROP CONSTRAINT action_recommendation_recommendation_id_fkey;
ALTER TABLE responsibility
    DROP CONSTRAINT responsibility_action_id_fkey,
    DROP CONSTRAINT responsibility_unit_id_fkey;

CREATE TYPE hold_word AS ENUM ('none', 'blocked_external', 'needs_funding', 'disputed');
CREATE TYPE review_word AS ENUM ('validated', 'returned');
CREATE TYPE scale AS ENUM ('unspecified', 'traffic_light', 'grade', 'rank');
CREATE TYPE assessment_level AS ENUM
    ('unassessed', 'none', 'partial', 'full', 'grade_a', 'grade_b', 'grade_c', 'grade_d', 'grade_e',
     'no_progress', 'some_progress', 'good_progress', 'fully_achieved');
CREATE TYPE relation AS ENUM ('answers', 'cites', 'repeats', 'supersedes', 'clusters_with');
CREATE TYPE link_state AS ENUM ('proposed', 'confirmed', 'rejected');
CREATE TYPE severity AS ENUM ('info', 'warning', 'error');
CREATE TYPE finding_state AS ENUM ('open', 'assigned', 'resolved', 'dismissed');

ALTER TABLE item
    ADD retracted boolean NOT NULL DEFAULT false,   -- a tombstone: counts for nothing
    ADD hold hold_word,
    ADD completed_on date,
    ADD has_evidence boolean NOT NULL DEFAULT false;    -- the present progress report names some

-- On an action; on a recommendation, whom its authors hold responsible.
ALTER TABLE responsibility RENAME action_id TO item_id;

ALTER TABLE recommendation
    ADD themes text[] NOT NULL DEFAULT '{}',
    -- what the comment says of the whole; its actions stay unknown
    ADD comment_progress progress_word[] NOT NULL DEFAULT '{}';

-- item.due_on is the day that counts: the last extension's, else this one.
ALTER TABLE action
    ADD first_due_on date,
    ADD review review_word,
    ADD reviewed_revision int NOT NULL DEFAULT 0;
UPDATE action SET first_due_on = item.due_on FROM item WHERE item.item_id = action.item_id;

CREATE TABLE extension (
    action_id bigint NOT NULL REFERENCES item,
    ordinal int NOT NULL,
    due_on date NOT NULL,
    source text NOT NULL,
    approver text NOT NULL,
    approved_on date,
    PRIMARY KEY (action_id, ordinal)
);

CREATE TABLE milestone (
    action_id bigint NOT NULL REFERENCES item,
    ordinal int NOT NULL,
    text text NOT NULL,
    due_on date,
    reached_on date,
    PRIMARY KEY (action_id, ordinal)
);

ALTER TABLE unit
    ADD valid_from date,
    ADD valid_to date,
    ADD merged_into_id bigint REFERENCES item,
    ADD former_names text[] NOT NULL DEFAULT '{}',
    ADD focal_point text NOT NULL DEFAULT '';
CREATE INDEX unit_merged ON unit (merged_into_id) WHERE merged_into_id IS NOT NULL;

CREATE TABLE unit_alternate (
    unit_id bigint NOT NULL REFERENCES item,
    ordinal int NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    PRIMARY KEY (unit_id, ordinal)
);

-- Who does the work of a unit now: itself, or the last of those it was merged into. A ring of mergers,
-- which ingest refuses, ends where it began.
CREATE FUNCTION successor_of(unit_id bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain (item_id, merged_into_id, depth) AS (
        SELECT item_id, merged_into_id, 0 FROM uptake.unit WHERE item_id = $1
        UNION ALL
        SELECT u.item_id, u.merged_into_id, c.depth + 1
        FROM chain c JOIN uptake.unit u ON u.item_id = c.merged_into_id
        WHERE c.depth < 20
    )
    SELECT item_id FROM chain ORDER BY depth DESC LIMIT 1
$$;

CREATE TABLE assessment_round (
    item_id bigint PRIMARY KEY REFERENCES item,
    name text NOT NULL,
    forum text NOT NULL,
    held_from date,
    held_to date,
    organisers text[] NOT NULL,
    scale scale NOT NULL
);

CREATE TABLE assessment (
    item_id bigint PRIMARY KEY REFERENCES item,
    round_id bigint NOT NULL REFERENCES item,
    assessor text NOT NULL,
    level assessment_level NOT NULL,
    source text NOT NULL
);
CREATE INDEX assessment_of_round ON assessment (round_id);

CREATE TABLE assessment_subject (
    assessment_id bigint NOT NULL REFERENCES item,
    subject_id bigint NOT NULL REFERENCES item,
    PRIMARY KEY (assessment_id, subject_id)
);
CREATE INDEX assessment_subject_back ON assessment_subject (subject_id);

CREATE TABLE indicator (
    item_id bigint PRIMARY KEY REFERENCES item,
    name text NOT NULL,
    about_id bigint NOT NULL REFERENCES item,
    met int NOT NULL,
    total int NOT NULL,             -- 0: a value
    value numeric,
    unit text NOT NULL,
    dated_on date,
    target numeric,
    level text NOT NULL
);
CREATE INDEX indicator_about ON indicator (about_id);

CREATE TABLE link (
    item_id bigint PRIMARY KEY REFERENCES item,
    relation relation NOT NULL,
    from_id bigint NOT NULL REFERENCES item,
    to_id bigint REFERENCES item,   -- NULL: not in the register
    cited_document text NOT NULL,
    cited_paragraph text NOT NULL,
    score int NOT NULL,
    state link_state NOT NULL DEFAULT 'proposed'
);
CREATE INDEX link_from ON link (from_id);
CREATE INDEX link_to ON link (to_id) WHERE to_id IS NOT NULL;

CREATE TABLE finding (
    item_id bigint PRIMARY KEY REFERENCES item,
    code text NOT NULL,
    severity severity NOT NULL,
    about text NOT NULL,            -- key of an item, or the source's name for what is none
    place text NOT NULL,
    message text NOT NULL,
    remedy text NOT NULL,
    gone boolean NOT NULL,          -- a later import no longer met it
    state finding_state NOT NULL DEFAULT 'open',
    assigned_to text NOT NULL DEFAULT '',
    resolution text NOT NULL DEFAULT '',
    handled_by text NOT NULL DEFAULT '',
    handled_on date
);
CREATE INDEX finding_about ON finding (about);

CREATE TABLE crosswalk (
    item_id bigint PRIMARY KEY REFERENCES item,
    system text NOT NULL,
    version int NOT NULL
);

CREATE TABLE crosswalk_word (
    crosswalk_id bigint NOT NULL REFERENCES item,
    ordinal int NOT NULL,
    axis text NOT NULL,
    source text NOT NULL,
    word text NOT NULL,
    note text NOT NULL,
    verified boolean NOT NULL,
    PRIMARY KEY (crosswalk_id, ordinal)
);

-- What stands on what: an item is not retracted while something live stands on it. Reminders, links and
-- findings do not count: they tell of an item, whatever became of it.
CREATE VIEW standing (item_id, on_id) AS
    SELECT item_id, parent_id FROM item
    WHERE parent_id IS NOT NULL AND kind NOT IN ('reminder', 'link', 'finding')
    UNION ALL
    SELECT action_id, recommendation_id FROM action_recommendation
    UNION ALL
    SELECT item_id, unit_id FROM responsibility WHERE unit_id IS NOT NULL
    UNION ALL
    SELECT item_id, office_unit_id FROM document WHERE office_unit_id IS NOT NULL
    UNION ALL
    SELECT assessment_id, subject_id FROM assessment_subject
    UNION ALL
    SELECT item_id, about_id FROM indicator
    UNION ALL
    SELECT item_id, parent_id FROM unit WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT item_id, reports_to_id FROM unit WHERE reports_to_id IS NOT NULL
    UNION ALL
    SELECT item_id, merged_into_id FROM unit WHERE merged_into_id IS NOT NULL
    UNION ALL
    SELECT item_id, overseer_id FROM policy WHERE overseer_id IS NOT NULL;

-- Items whose audience hangs on these: what lies in a document and takes its office, its addressee and
-- its disclosure from it; what a unit, or one merged into it, is responsible for or is the office of; the
-- reminders of an action, what judges or measures one of these, what links to them, and findings about
-- any of these.
CREATE FUNCTION dependents_of(keys text[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE moved AS MATERIALIZED (
        SELECT item_id, item_key, kind FROM uptake.item WHERE item_key = ANY (keys)
    ), units AS (
        SELECT item_id FROM moved WHERE kind = 'unit'
        UNION
        SELECT u.item_id FROM units JOIN uptake.unit u ON u.merged_into_id = units.item_id
    ), documents AS MATERIALIZED (
        SELECT item_key FROM moved WHERE kind = 'document'
        UNION
        SELECT i.item_key
        FROM units JOIN uptake.document d ON d.office_unit_id = units.item_id
        JOIN uptake.item i ON i.item_id = d.item_id
    ), first AS MATERIALIZED (
        SELECT i.item_id FROM documents d JOIN uptake.item i ON i.document = d.item_key
        UNION
        SELECT r.item_id FROM units u JOIN uptake.responsibility r ON r.unit_id = u.item_id
        UNION
        SELECT item_id FROM moved WHERE kind NOT IN ('unit', 'document')
    ), second AS MATERIALIZED (
        SELECT item_id FROM first
        UNION
        SELECT i.item_id FROM first f JOIN uptake.item i ON i.parent_id = f.item_id
        UNION
        SELECT s.assessment_id FROM first f JOIN uptake.assessment_subject s ON s.subject_id = f.item_id
        UNION
        SELECT i.item_id FROM first f JOIN uptake.indicator i ON i.about_id = f.item_id
    ), third AS MATERIALIZED (
        SELECT item_id FROM second
        UNION
        SELECT l.item_id FROM second s JOIN uptake.link l ON l.from_id = s.item_id
        UNION
        SELECT l.item_id FROM second s JOIN uptake.link l ON l.to_id = s.item_id
    )
    SELECT item_id FROM third
    UNION
    SELECT f.item_id
    FROM third t JOIN uptake.item i USING (item_id) JOIN uptake.finding f ON f.about = i.item_key
    EXCEPT
    SELECT item_id FROM moved
$$;

-- How far the present progress of an action may be relied on: an overseer's word on that very report,
-- then the judgement of others, then evidence named in it, then the owner's word alone; NULL: nothing
-- was reported. Element 8 of group_revisions is the revision that brought the progress report.
CREATE FUNCTION assurance_word(action_id bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN a.review = 'validated' AND a.reviewed_revision = i.group_revisions[8] THEN 'validated'
        WHEN EXISTS (SELECT FROM uptake.assessment_subject s
                     JOIN uptake.assessment j ON j.item_id = s.assessment_id
                     JOIN uptake.item ji ON ji.item_id = s.assessment_id AND NOT ji.retracted
                     WHERE j.level <> 'unassessed'
                       AND (s.subject_id = i.item_id
                            OR s.subject_id IN (SELECT r.recommendation_id
                                                FROM uptake.action_recommendation r
                                                WHERE r.action_id = i.item_id)))
            THEN 'assessed_by_others'
        WHEN i.has_evidence THEN 'evidence_attached'
        WHEN i.group_revisions[8] > 0 THEN 'self_reported'
    END
    FROM uptake.item i JOIN uptake.action a USING (item_id)
    WHERE i.item_id = $1
$$;

-- Freshness of a report on a day, for a cycle of so many months: derived, never typed in. Nobody is
-- asked about what is closed.
CREATE FUNCTION freshness_word(progress text, reported_on date, day date, months int)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN NOT uptake.is_open(progress) THEN 'fresh'
        WHEN reported_on IS NULL THEN 'never_updated'
        WHEN reported_on > (day - make_interval(months => months))::date THEN 'fresh'
        WHEN reported_on > (day - make_interval(months => 2 * months))::date THEN 'update_due'
        ELSE 'stale'
    END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA uptake FROM PUBLIC;

-- Who may push what a document holds may push what belongs to it now; who may push rules, the
-- crosswalks.
INSERT INTO push_grant (principal_id, kind, document)
SELECT g.principal_id, k, g.document
FROM push_grant g
CROSS JOIN unnest(ARRAY['assessment_round', 'assessment', 'indicator', 'link', 'finding']::item_kind[])
     AS k
WHERE g.kind = 'recommendation'
ON CONFLICT DO NOTHING;
INSERT INTO push_grant (principal_id, kind, document)
SELECT principal_id, 'crosswalk', document FROM push_grant WHERE kind = 'policy'
ON CONFLICT DO NOTHING;

GRANT SELECT, INSERT, UPDATE ON
    assessment_round, assessment, indicator, link, finding, crosswalk TO uptake_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    extension, milestone, unit_alternate, assessment_subject, crosswalk_word TO uptake_ingest;
GRANT SELECT ON standing TO uptake_ingest;
GRANT EXECUTE ON FUNCTION dependents_of(text[]) TO uptake_ingest;
GRANT EXECUTE ON FUNCTION successor_of(bigint)
    TO uptake_ingest, uptake_workflow, uptake_reporting;
GRANT SELECT ON extension, milestone, unit_alternate, link, finding TO uptake_workflow;
GRANT SELECT ON
    extension, milestone, unit_alternate, assessment_round, assessment, assessment_subject, indicator,
    link, finding, crosswalk, crosswalk_word TO uptake_reporting;
GRANT EXECUTE ON FUNCTION
    assurance_word(bigint), freshness_word(text, date, date, int)
    TO uptake_reporting;

COMMIT;
