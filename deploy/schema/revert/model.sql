-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:model

BEGIN;
SET LOCAL search_path = uptake;

DROP FUNCTION dependents_of(text[]);
DROP FUNCTION freshness_word(text, date, date, int);
DROP FUNCTION assurance_word(bigint);
DROP TABLE crosswalk_word, crosswalk, finding, link, indicator, assessment_subject, assessment,
    assessment_round, unit_alternate, milestone, extension;
DROP FUNCTION successor_of(bigint);
ALTER TABLE unit
    DROP valid_from, DROP valid_to, DROP merged_into_id, DROP former_names, DROP focal_point;
ALTER TABLE action DROP first_due_on, DROP review, DROP reviewed_revision;
ALTER TABLE recommendation DROP themes, DROP comment_progress;
ALTER TABLE responsibility RENAME item_id TO action_id;
ALTER TABLE item DROP retracted, DROP hold, DROP completed_on, DROP has_evidence;
DROP TYPE hold_word, review_word, scale, assessment_level, relation, link_state, severity,
    finding_state;
UPDATE schema_version SET version = 1;

COMMIT;
