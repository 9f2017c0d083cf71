-- SPDX-License-Identifier: Apache-2.0
-- Revert uptake:model

BEGIN;
SET LOCAL search_path = uptake;

DROP FUNCTION dependents_of(text[]);
DROP VIEW standing;
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
ALTER TABLE item ADD FOREIGN KEY (parent_id) REFERENCES item;
ALTER TABLE change ADD FOREIGN KEY (sender_id) REFERENCES principal;
ALTER TABLE recommendation ADD FOREIGN KEY (item_id) REFERENCES item;
ALTER TABLE action ADD FOREIGN KEY (item_id) REFERENCES item;
ALTER TABLE action_recommendation
    ADD FOREIGN KEY (action_id) REFERENCES item, ADD FOREIGN KEY (recommendation_id) REFERENCES item;
ALTER TABLE responsibility
    ADD FOREIGN KEY (action_id) REFERENCES item, ADD FOREIGN KEY (unit_id) REFERENCES item;
DROP TYPE hold_word, review_word, scale, assessment_level, relation, link_state, severity,
    finding_state;
UPDATE schema_version SET version = 1;

COMMIT;
