-- SPDX-License-Identifier: Apache-2.0
-- What a mail says of the actions that may be asked about, or that are in a mail on its way.
-- Columns: action, key, document title, wording, restricted, its own overseer. Leans on obligation_subject.
SELECT item.item_id, item.item_key,
       CASE WHEN whole.disclosure = 'restricted' THEN '' ELSE coalesce(document.title, '') END, action.text,
       item.disclosure = 'restricted', coalesce(overseer.name, '')
FROM uptake.item
JOIN uptake.action USING (item_id)
LEFT JOIN uptake.item AS whole ON whole.item_key = item.document
LEFT JOIN uptake.document ON document.item_id = whole.item_id
LEFT JOIN uptake.unit AS overseer ON overseer.item_id = uptake.overseer_of(item.item_id, NULL)
WHERE (NOT item.retracted
       AND coalesce(item.progress, 'unknown')
           NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable'))
   OR EXISTS (SELECT FROM uptake.obligation
              WHERE obligation.subject_id = item.item_id AND obligation.state IN ('planned', 'claimed'))
ORDER BY item.item_id
