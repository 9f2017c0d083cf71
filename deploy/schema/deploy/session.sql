-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:session
-- requires: form
-- A browser's session lasts no longer than the token that made its link.

BEGIN;
SET LOCAL search_path = uptake;

UPDATE schema_version SET version = 5;

-- Nobody knows any more by which token the sessions there are were opened: people sign in again.
DELETE FROM session;
ALTER TABLE session ADD token_hash bytea NOT NULL REFERENCES token;

-- Whose session it is. NULL: nobody's, or it is over: signed out, too old, or its token revoked or expired.
CREATE FUNCTION session_principal(hash bytea, at timestamptz) RETURNS int
LANGUAGE sql STABLE AS $$
    SELECT s.principal_id
    FROM uptake.session s
    JOIN uptake.token t USING (token_hash)
    WHERE s.session_hash = hash AND s.ended_at IS NULL AND s.expires_at > at
      AND t.revoked_at IS NULL AND t.expires_at > at
$$;
REVOKE ALL ON FUNCTION session_principal(bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_principal(bytea, timestamptz) TO uptake_reporting;

COMMIT;
