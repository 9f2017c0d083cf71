-- Revert uptake:register

BEGIN;
DROP SCHEMA uptake CASCADE;
COMMIT;
