-- SPDX-License-Identifier: Apache-2.0
-- What the form says of an action that a unit is asked about. No row: there is no such action, or the
-- unit does not lead it (the successor of a unit that was merged leads what that one led).
-- Parameters: $1 unit's key, $2 action's key, $3 policy's key, $4 cycle, $5 session hash or NULL, $6 now,
-- $7 key of the finding that says "not ours".
-- Columns: as enum form_fact of form_load.c. Leans on item_item_key_key, responsibility_pkey,
-- obligation_policy_id_subject_id_cycle_step_recipient_id_key.
SELECT i.document, i.revision, coalesce(i.progress::text, ''), i.retracted,
       i.disclosure = 'restricted' AND NOT EXISTS (
           SELECT FROM uptake.readable g
           WHERE g.principal_id = uptake.session_principal($5::bytea, $6::timestamptz)
             AND g.scope_id = ANY (i.scopes)),
       coalesce(nullif(i.due_on, 'infinity')::text, ''),
       coalesce(nullif(a.first_due_on, 'infinity')::text, ''),
       CASE WHEN di.disclosure = 'restricted' AND NOT EXISTS (
           SELECT FROM uptake.readable g
           WHERE g.principal_id = uptake.session_principal($5::bytea, $6::timestamptz)
             AND g.scope_id = ANY (di.scopes))
            THEN '' ELSE coalesce(d.title, i.document) END, u.name, coalesce(u.email, ''), coalesce(p.title, ''),
       coalesce(o.cycle_on::text, ''),
       coalesce(seer.item_key, ''), coalesce(seer_unit.name, ''),
       coalesce(i.group_revisions[8], 0),
       coalesce((extract(epoch FROM last.recorded_at) * 1000000)::bigint, 0),
       coalesce(speaker.name, ''),
       coalesce((SELECT f.revision FROM uptake.item f WHERE f.item_key = $7::text), 0)
FROM uptake.item i
JOIN uptake.action a ON a.item_id = i.item_id
JOIN uptake.item ui ON ui.item_key = $1::text AND ui.kind = 'unit'
JOIN uptake.unit u ON u.item_id = ui.item_id
LEFT JOIN uptake.item di ON di.item_key = i.document
LEFT JOIN uptake.document d ON d.item_id = di.item_id
LEFT JOIN uptake.item pi ON pi.item_key = $3::text AND pi.kind = 'policy'
LEFT JOIN uptake.policy p ON p.item_id = pi.item_id
LEFT JOIN LATERAL (
    SELECT cycle_on FROM uptake.obligation
    WHERE policy_id = pi.item_id AND subject_id = i.item_id AND cycle = $4::int
      AND recipient_id = ui.item_id
    ORDER BY step DESC
    LIMIT 1
) o ON true
LEFT JOIN uptake.item seer ON seer.item_id = uptake.overseer_of(i.item_id, p.overseer_id)
LEFT JOIN uptake.unit seer_unit ON seer_unit.item_id = seer.item_id
LEFT JOIN uptake.change last ON last.change_id = i.group_changes[8]
LEFT JOIN uptake.principal speaker ON speaker.principal_id = last.sender_id
WHERE i.item_key = $2::text
  AND i.kind = 'action'
  AND EXISTS (SELECT FROM uptake.responsibility r
              WHERE r.item_id = i.item_id AND r.role = 'lead'
                AND uptake.successor_of(r.unit_id) = ui.item_id)
