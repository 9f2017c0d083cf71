-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:principals

BEGIN;
SET LOCAL search_path = uptake;

REVOKE SELECT ON curve_key FROM uptake_reporting;
REVOKE SELECT, INSERT, DELETE ON read_grant FROM uptake_ingest;
REVOKE INSERT, DELETE ON push_grant FROM uptake_ingest;
REVOKE SELECT ON token FROM uptake_ingest;
REVOKE INSERT, UPDATE ON principal, curve_key, token FROM uptake_ingest;
DELETE FROM push_grant WHERE groups <> '{}' OR unit <> '' OR kind IN ('principal', 'dead_letter');
ALTER TABLE push_grant DROP unit, DROP groups, ADD UNIQUE NULLS NOT DISTINCT (principal_id, kind, document);
ALTER TABLE token DROP note;
ALTER TABLE curve_key DROP reason;
ALTER TABLE principal
    DROP item_id, DROP title, DROP contact, DROP speaks_for_others, DROP producer_epoch;

COMMIT;
