-- SPDX-License-Identifier: Apache-2.0
-- What a mail says of the actions that may be asked about, or that are in a mail on its way.
-- Columns: action, key, document title, wording, restricted. Leans on obligation_subject.
SELECT item.item_id, item.item_key, coalesce(document.title, ''), action.text,
       item.disclosure = 'restricted'
FROM uptake.item
JOIN uptake.action USING (item_id)
LEFT JOIN uptake.item AS whole ON whole.item_key = item.document
LEFT JOIN uptake.document ON document.item_id = whole.item_id
WHERE (NOT item.retracted
       AND coalesce(item.progress, 'unknown')
           NOT IN ('completed', 'cancelled', 'superseded', 'no_longer_applicable'))
   OR EXISTS (SELECT FROM uptake.obligation
              WHERE obligation.subject_id = item.item_id AND obligation.state IN ('planned', 'claimed'))
ORDER BY item.item_id
