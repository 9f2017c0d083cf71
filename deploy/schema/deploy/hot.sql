-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:hot
-- requires: principals
-- requires: settling
-- What a progress report needs to be recorded by one statement for a whole batch.

BEGIN;
SET LOCAL search_path = uptake;

UPDATE schema_version SET version = 3;

-- The progress that the last report replaced: with it one statement can both write the new one and say
-- from which count to which the action moved. Reports are element 8 of the groups, so every action has
-- as many.
ALTER TABLE item ADD progress_before progress_word;
-- Room on each page for a second version of every row: a batch may well report on all its actions, and
-- an update that stays on its page touches no index.
ALTER TABLE item SET (fillfactor = 50);
UPDATE item
SET group_changes = group_changes || array_fill(0::bigint, ARRAY[8 - cardinality(group_changes)]),
    group_revisions = group_revisions || array_fill(0::bigint, ARRAY[8 - cardinality(group_revisions)])
WHERE kind = 'action' AND cardinality(group_changes) < 8;

-- Reports are counted from their change rows until the sweeper has folded them into rollup, in the
-- order of hq. progress_before NULL: the change moved the counts itself.
ALTER TABLE change
    ADD progress_before progress_word,
    ADD addressee addressee,
    ADD due_on date;

-- Only ingest writes these, with scopes it has just read or opened and that nobody deletes: a look at
-- the scope for every row was a third of the time of a commit's feeds.
ALTER TABLE feed_segment DROP CONSTRAINT feed_segment_scope_id_fkey;
ALTER TABLE rollup DROP CONSTRAINT rollup_scope_id_fkey;

-- Keys are compared byte by byte, as programs do; a revision fits an int.
ALTER TABLE item
    ALTER item_key TYPE text COLLATE "C",
    ALTER document TYPE text COLLATE "C",
    ALTER group_revisions TYPE int[];

CREATE TABLE rollup_cursor (
    folded_seq bigint NOT NULL,     -- of hq: reports up to here are in rollup
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
) WITH (fillfactor = 20);
INSERT INTO rollup_cursor (folded_seq) SELECT seq FROM feed_head WHERE scope_id = 1;

-- What reports recorded in hq after one seq and up to another did to the counts: so many actions of
-- these went from one word to another.
CREATE FUNCTION reports_counted(after_seq bigint, to_seq bigint)
RETURNS TABLE (scope_id int, addressee addressee, due_on date, progress_before progress_word,
               progress progress_word, n bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.scope_id, c.addressee, c.due_on, c.progress_before, c.progress, count(*)
    FROM uptake.feed_segment f
    CROSS JOIN unnest(f.change_ids) AS u (change_id)
    JOIN uptake.change c USING (change_id)
    CROSS JOIN unnest(c.scopes) AS s (scope_id)
    WHERE f.scope_id = 1 AND f.last_seq > after_seq AND f.last_seq <= to_seq
      AND c.progress_before <> c.progress
    GROUP BY 1, 2, 3, 4, 5
$$;

-- The counts as they are now.
CREATE VIEW counted AS
    SELECT scope_id, kind, addressee, position_word, progress_word, due_on, n FROM rollup
    UNION ALL
    SELECT r.scope_id, 'action'::item_kind, r.addressee, '', m.progress::text, coalesce(r.due_on, 'infinity'),
           m.sign * r.n
    FROM rollup_cursor f
    CROSS JOIN LATERAL reports_counted(f.folded_seq, 9223372036854775807) r
    CROSS JOIN LATERAL (VALUES (r.progress_before, -1), (r.progress, 1)) AS m (progress, sign);

-- The chain after each of a row of segments: sha256(chain before || hashes of the segment).
CREATE FUNCTION chain_step(chain bytea, head bytea, hashes bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT sha256(coalesce(chain, head) || hashes) $$;
CREATE AGGREGATE chain_through(head bytea, hashes bytea) (SFUNC = chain_step, STYPE = bytea);

-- How often ingest died while it looked at a change.
CREATE TABLE attempt (
    sender_id int NOT NULL,
    message_id uuid NOT NULL,
    attempts int NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (sender_id, message_id)
);

REVOKE ALL ON FUNCTION reports_counted(bigint, bigint), chain_step(bytea, bytea, bytea),
    chain_through(bytea, bytea) FROM PUBLIC;
GRANT SELECT, UPDATE ON rollup_cursor TO uptake_ingest;
GRANT SELECT, INSERT, UPDATE ON attempt TO uptake_ingest;
GRANT DELETE ON refusal TO uptake_ingest;
GRANT EXECUTE ON FUNCTION reports_counted(bigint, bigint), chain_step(bytea, bytea, bytea),
    chain_through(bytea, bytea) TO uptake_ingest;
GRANT SELECT ON counted TO uptake_ingest, uptake_reporting;
GRANT EXECUTE ON FUNCTION reports_counted(bigint, bigint) TO uptake_reporting;

COMMIT;
