-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:principals
-- requires: sync_words
-- Who may connect and what each may do is said by changes like everything else, in scope audit.

BEGIN;
SET LOCAL search_path = uptake;

-- A principal that bootstrap made has no item until something is first said of it.
ALTER TABLE principal
    ADD item_id bigint UNIQUE,
    ADD title text NOT NULL DEFAULT '',
    ADD contact text NOT NULL DEFAULT '',
    ADD speaks_for_others boolean NOT NULL DEFAULT false,
    ADD producer_epoch bigint NOT NULL DEFAULT 0;

ALTER TABLE curve_key ADD reason text NOT NULL DEFAULT '';
ALTER TABLE token ADD note text NOT NULL DEFAULT '';

ALTER TABLE push_grant
    ADD groups text[] NOT NULL DEFAULT '{}',    -- field groups; none: all of the kind
    ADD unit text NOT NULL DEFAULT '',          -- key of the unit whose items these are; '': all
    DROP CONSTRAINT push_grant_principal_id_kind_document_key,
    ADD UNIQUE NULLS NOT DISTINCT (principal_id, kind, document, unit, groups);

-- reporting checks the tokens of those it relays for. Who may push the rules of the register may push
-- what operators alone see.
UPDATE principal SET speaks_for_others = true WHERE internal AND name = 'reporting';
INSERT INTO push_grant (principal_id, kind, document)
SELECT g.principal_id, k, NULL
FROM push_grant g CROSS JOIN unnest(ARRAY['principal', 'dead_letter']::item_kind[]) AS k
WHERE g.kind = 'crosswalk' AND g.document IS NULL
ON CONFLICT DO NOTHING;

GRANT SELECT ON curve_key TO uptake_reporting;      -- who follows a feed is known by the key
GRANT INSERT, UPDATE ON principal, curve_key, token TO uptake_ingest;
GRANT SELECT ON token TO uptake_ingest;
GRANT INSERT, DELETE ON push_grant TO uptake_ingest;
GRANT SELECT, INSERT, DELETE ON read_grant TO uptake_ingest;

COMMIT;
