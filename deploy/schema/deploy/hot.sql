-- SPDX-License-Identifier: Apache-2.0
-- Deploy uptake:hot
-- requires: principals
-- requires: settling
-- What a progress report needs to be recorded by one statement for a whole batch.

BEGIN;
SET LOCAL search_path = uptake;

UPDATE schema_version SET version = 3;

-- The progress that the last change replaced: with it one statement can both write the new one and
-- say from which count to which the action moved.
ALTER TABLE item ADD progress_before progress_word;

COMMIT;
