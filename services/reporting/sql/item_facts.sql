-- SPDX-License-Identifier: Apache-2.0
-- What is derived of one item, beside what was said of it: an action's axes on a day, the names behind
-- a unit's keys, a document's stated totals beside what the register counts. Parameters: $1 item_key,
-- $2 principal_id, $3 day, $4 today. Columns: the facts as JSON; no row where the reader may not see
-- the item. Leans on item_item_key_key, item_document.
WITH mine AS MATERIALIZED (
    SELECT array_agg(scope_id) AS scopes FROM uptake.readable WHERE principal_id = $2::int
), me AS MATERIALIZED (
    SELECT i.*
    FROM uptake.item i CROSS JOIN mine
    WHERE i.item_key = $1::text AND i.scopes && mine.scopes
), rhythm AS (
    SELECT coalesce(min(p.interval_months), 6) AS months
    FROM uptake.policy p JOIN uptake.item i USING (item_id)
    WHERE p.trigger = 'interval' AND p.active AND NOT i.retracted AND p.go_live_on <= $3::date
), standing AS MATERIALIZED (
    SELECT i.kind, coalesce(i.position_taken::text, 'none_given') AS position,
           w.kind IS NOT DISTINCT FROM 'recommendation' AS is_part,
           count(*) AS n, count(*) FILTER (WHERE NOT g.gone AND g.state IN ('open', 'assigned')) AS waiting
    FROM me JOIN uptake.item i ON i.document = me.item_key
    CROSS JOIN mine
    LEFT JOIN uptake.item w ON w.item_id = i.parent_id
    LEFT JOIN uptake.finding g ON g.item_id = i.item_id
    WHERE me.kind = 'document' AND NOT i.retracted AND i.scopes && mine.scopes
    GROUP BY 1, 2, 3
), counted (name, n) AS (
    SELECT v.name, sum(v.n)
    FROM standing s
    CROSS JOIN LATERAL (VALUES
        ('recommendations', CASE WHEN s.kind = 'recommendation' AND NOT s.is_part THEN s.n END),
        ('made', CASE WHEN s.kind = 'recommendation' AND NOT s.is_part THEN s.n END),
        (s.position, CASE WHEN s.kind = 'recommendation' AND NOT s.is_part THEN s.n END),
        ('parts', CASE WHEN s.kind = 'recommendation' AND s.is_part THEN s.n END),
        ('actions', CASE WHEN s.kind = 'action' THEN s.n END),
        ('findings_waiting', nullif(s.waiting, 0))) AS v (name, n)
    WHERE v.n IS NOT NULL
    GROUP BY v.name
)
SELECT jsonb_strip_nulls(jsonb_build_object(
           'retracted', nullif(me.retracted, false), 'addressee', me.addressee,
           'disclosure', me.disclosure,
           'document_title', d.title, 'source_name', nullif(d.source_name, '')) || coalesce(
CASE me.kind
WHEN 'action' THEN (
    SELECT jsonb_build_object(
        'progress', o.progress, 'reported_on', o.reported_on,
        'completed_on', CASE WHEN o.progress = 'completed' THEN me.completed_on END,
        'due_on', me.due_on, 'first_due_on', a.first_due_on,
        'time', CASE WHEN NOT me.retracted THEN o.time_word END,
        'days_late', CASE WHEN o.time_word = 'overdue' AND NOT me.retracted
                          THEN $3::date - me.due_on END,
        'days_late_first', CASE WHEN NOT me.retracted
                                 AND uptake.time_word(o.progress, me.addressee, a.first_due_on,
                                                      $3::date) = 'overdue'
                                THEN $3::date - a.first_due_on END,
        'freshness', CASE WHEN me.addressee <> 'state' AND NOT me.retracted
                          THEN uptake.freshness_word(o.progress, o.reported_on, $3::date,
                                                     (SELECT months FROM rhythm)) END,
        'assurance', CASE WHEN $3::date >= $4::date AND NOT me.retracted
                          THEN uptake.assurance_word(me.item_id) END,
        'reviewed', CASE WHEN a.review IS NOT NULL
                         THEN a.reviewed_revision = me.group_revisions[8] END)
    FROM uptake.action a
    JOIN uptake.actions_on($3::date, $4::date) o ON o.action_id = a.item_id
    WHERE a.item_id = me.item_id)
WHEN 'unit' THEN (
    SELECT jsonb_build_object(
        'region', r.name, 'parent_name', p.name, 'reports_to_name', t.name,
        'merged_into_name', m.name, 'successor',
        (SELECT k.item_key FROM uptake.item k
         WHERE k.item_id = uptake.successor_of(u.item_id) AND k.item_id <> u.item_id))
    FROM uptake.unit u
    LEFT JOIN uptake.scope r ON r.scope_id = u.region_scope_id
    LEFT JOIN uptake.unit p ON p.item_id = u.parent_id
    LEFT JOIN uptake.unit t ON t.item_id = u.reports_to_id
    LEFT JOIN uptake.unit m ON m.item_id = u.merged_into_id
    WHERE u.item_id = me.item_id)
WHEN 'document' THEN jsonb_build_object(
    'counted', (SELECT jsonb_object_agg(name, n) FROM counted),
    'totals', (SELECT jsonb_agg(jsonb_build_object(
                   'name', t.name, 'stated', t.n::bigint,
                   'counted', coalesce(c.n, CASE WHEN t.name IN (
                       'recommendations', 'made', 'parts', 'actions', 'accepted',
                       'accepted_with_changes', 'partially_accepted', 'not_accepted', 'noted',
                       'under_consideration', 'not_relevant', 'none_given') THEN 0 END))
                   ORDER BY t.name)
               FROM jsonb_each_text(d.totals) AS t (name, n)
               LEFT JOIN counted c ON c.name = t.name))
END, '{}'))
FROM me
LEFT JOIN uptake.item di ON di.item_key = me.document
LEFT JOIN uptake.document d ON d.item_id = di.item_id
