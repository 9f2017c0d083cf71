-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:model

BEGIN;
SELECT retracted, hold, completed_on FROM uptake.item WHERE false;
SELECT item_id FROM uptake.responsibility WHERE false;
SELECT uptake.successor_of(0);
SELECT item_id, on_id FROM uptake.standing WHERE false;
SELECT uptake.freshness_word('ongoing', NULL, '2024-01-01', 6);
SELECT e.action_id, m.action_id, u.unit_id, s.subject_id, w.crosswalk_id
FROM uptake.extension e, uptake.milestone m, uptake.unit_alternate u, uptake.assessment_subject s,
     uptake.crosswalk_word w
WHERE false;
SELECT r.item_id, a.item_id, i.item_id, l.item_id, f.item_id, c.item_id
FROM uptake.assessment_round r, uptake.assessment a, uptake.indicator i, uptake.link l,
     uptake.finding f, uptake.crosswalk c
WHERE false;
SELECT 1 / count(*) FROM uptake.schema_version WHERE version >= 2;
ROLLBACK;
