-- SPDX-License-Identifier: Apache-2.0
-- What planning needs of each action that is open, or that still has planned obligations. A retracted
-- one is asked about no more.
-- Items $1 to $2. Columns: action, binds a State, progress, due day, anchor, whether the anchor is assumed, document,
-- its office, its instrument, is on hold, body of the change that said how to chase (element 33 of the
-- groups), was retracted.
-- Leans on item_item_key_key, obligation_subject, change_pkey.
SELECT item.item_id,
       item.addressee = 'state' OR coalesce(whole.addressee = 'state', false),
       CASE WHEN item.retracted THEN 'no_longer_applicable' ELSE coalesce(item.progress, 'unknown') END,
       item.due_on,
       coalesce(response.approved_on, document.dated_on),
       response.approved_on IS NULL,
       item.document,
       document.office_unit_id,
       document.instrument,
       coalesce(item.hold <> 'none', false),
       chase.body,
       item.retracted
FROM uptake.item
JOIN uptake.action USING (item_id)
LEFT JOIN uptake.item AS whole ON whole.item_key = item.document AND whole.kind = 'document'
LEFT JOIN uptake.document ON document.item_id = whole.item_id
LEFT JOIN uptake.item AS answer
       ON answer.item_key = item.document || '#response' AND answer.kind = 'response'
LEFT JOIN uptake.response ON response.item_id = answer.item_id
LEFT JOIN uptake.change AS chase ON chase.change_id = item.group_changes[33]
WHERE item.item_id BETWEEN $1::bigint AND $2::bigint
  AND action.item_id BETWEEN $1::bigint AND $2::bigint -- else a merge of both reads all actions before
  AND ((NOT item.retracted
        AND coalesce(item.progress, 'unknown')
            NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable'))
       OR EXISTS (SELECT FROM uptake.obligation
                  WHERE obligation.subject_id = item.item_id AND obligation.state = 'planned'))
ORDER BY item.item_id
