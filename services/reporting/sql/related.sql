-- SPDX-License-Identifier: Apache-2.0
-- The items that belong to one item when it is shown, as images, with what is derived of them: only
-- those that the reader may see and that were not retracted, at most so many of each role.
-- Parameters: $1 item_key, $2 principal_id, $3 day, $4 today, $5 most of each role.
-- Columns: as snapshot_items, then role, how many there are of that role, derived facts as JSON.
-- Leans on item_parent, action_recommendation_back, assessment_subject_back, assessment_of_round,
-- indicator_about, link_from, link_to, unit_merged, change_pkey.
WITH mine AS MATERIALIZED (
    SELECT array_agg(scope_id) AS scopes FROM uptake.readable WHERE principal_id = $2::int
), me AS MATERIALIZED (
    SELECT i.item_id, i.item_key, i.kind, i.parent_id, i.scopes
    FROM uptake.item i CROSS JOIN mine
    WHERE i.item_key = $1::text AND i.scopes && mine.scopes
), asked AS MATERIALIZED (
    -- A recommendation with its parts; what an action answers.
    SELECT item_id FROM me WHERE kind = 'recommendation'
    UNION
    SELECT p.item_id FROM me JOIN uptake.item p ON p.parent_id = me.item_id
    WHERE me.kind = 'recommendation' AND p.kind = 'recommendation'
    UNION
    SELECT x.recommendation_id FROM me
    JOIN uptake.action_recommendation x ON x.action_id = me.item_id
), found (role, item_id) AS (
    SELECT 'whole', w.item_id FROM me JOIN uptake.item w ON w.item_id = me.parent_id
    WHERE me.kind = 'recommendation' AND w.kind = 'recommendation'
    UNION ALL
    SELECT 'part', p.item_id FROM me JOIN uptake.item p ON p.parent_id = me.item_id
    WHERE me.kind = 'recommendation' AND p.kind = 'recommendation'
    UNION ALL
    SELECT DISTINCT 'action', x.action_id FROM me CROSS JOIN asked
    CROSS JOIN LATERAL (SELECT action_id FROM uptake.action_recommendation
                        WHERE recommendation_id = asked.item_id OFFSET 0) x
    WHERE me.kind = 'recommendation'
    UNION ALL
    SELECT 'recommendation', x.recommendation_id FROM me
    JOIN uptake.action_recommendation x ON x.action_id = me.item_id
    UNION ALL
    SELECT DISTINCT 'assessment', s.assessment_id
    FROM (SELECT item_id FROM me UNION
          SELECT asked.item_id FROM me CROSS JOIN asked WHERE me.kind = 'action') about
    CROSS JOIN LATERAL (SELECT assessment_id FROM uptake.assessment_subject
                        WHERE subject_id = about.item_id OFFSET 0) s
    UNION ALL
    SELECT 'judgement', s.item_id FROM me JOIN uptake.assessment s ON s.round_id = me.item_id
    UNION ALL
    SELECT 'subject', s.subject_id FROM me
    JOIN uptake.assessment_subject s ON s.assessment_id = me.item_id
    UNION ALL
    SELECT 'indicator', n.item_id FROM me JOIN uptake.indicator n ON n.about_id = me.item_id
    UNION ALL
    SELECT 'link', l.item_id FROM me JOIN uptake.link l ON l.from_id = me.item_id
    WHERE l.state <> 'rejected'
    UNION ALL
    SELECT 'link', l.item_id FROM me JOIN uptake.link l ON l.to_id = me.item_id
    WHERE l.state <> 'rejected'
    UNION ALL
    SELECT 'finding', g.item_id FROM me JOIN uptake.finding g ON g.about = me.item_key
    WHERE g.state IN ('open', 'assigned') AND NOT g.gone
    UNION ALL
    SELECT 'merged', u.item_id FROM me JOIN uptake.unit u ON u.merged_into_id = me.item_id
    UNION ALL
    SELECT 'within', u.item_id FROM me JOIN uptake.unit u ON u.parent_id = me.item_id
    WHERE u.merged_into_id IS DISTINCT FROM me.item_id
), counted AS MATERIALIZED (
    SELECT f.role, i.item_id, i.item_key, i.kind, i.document, i.revision, i.group_changes, i.due_on,
           i.addressee,
           row_number() OVER (PARTITION BY f.role ORDER BY i.item_id) AS nth,
           count(*) OVER (PARTITION BY f.role) AS n
    FROM found f
    CROSS JOIN mine
    CROSS JOIN LATERAL (
        -- OFFSET 0 keeps this a look-up: few are found, whatever the planner expects.
        SELECT * FROM uptake.item k
        WHERE k.item_id = f.item_id AND NOT k.retracted AND k.scopes && mine.scopes
        OFFSET 0
    ) i
), chosen AS MATERIALIZED (
    SELECT c.*, jsonb_strip_nulls(
        CASE c.kind
        WHEN 'action' THEN (
            SELECT jsonb_build_object(
                'progress', o.progress, 'reported_on', o.reported_on, 'time', o.time_word,
                'due_on', c.due_on, 'first_due_on', a.first_due_on,
                'days_late', CASE WHEN o.time_word = 'overdue' THEN $3::date - c.due_on END)
            FROM uptake.action a
            JOIN uptake.actions_on($3::date, $4::date) o ON o.action_id = a.item_id
            WHERE a.item_id = c.item_id)
        WHEN 'assessment' THEN (
            SELECT jsonb_build_object('round', r.name, 'forum', r.forum, 'held_from', r.held_from,
                                      'held_to', r.held_to, 'scale', r.scale)
            FROM uptake.assessment s
            JOIN uptake.assessment_round r ON r.item_id = s.round_id
            WHERE s.item_id = c.item_id)
        WHEN 'link' THEN (
            -- The text of the other end, where the reader may see that.
            SELECT jsonb_build_object('other', k.item_key, 'other_text', left(coalesce(
                       m.text, a.text, d.title), 200))
            FROM uptake.link l
            CROSS JOIN me
            JOIN uptake.item k ON k.item_id = CASE WHEN l.from_id = me.item_id THEN l.to_id
                                                   ELSE l.from_id END
            CROSS JOIN mine
            LEFT JOIN uptake.recommendation m ON m.item_id = k.item_id
            LEFT JOIN uptake.action a ON a.item_id = k.item_id
            LEFT JOIN uptake.document d ON d.item_id = k.item_id
            WHERE l.item_id = c.item_id AND k.scopes && mine.scopes)
        END) AS facts
    FROM counted c
    WHERE c.nth <= $5::int
)
SELECT i.item_key, i.kind::text, i.document, i.revision, i.group_changes, c.change_id, c.body,
       i.role, i.n, i.facts
FROM chosen i
LEFT JOIN uptake.change c ON c.change_id = ANY (i.group_changes)
ORDER BY i.role, i.item_id, c.change_id
