-- SPDX-License-Identifier: Apache-2.0
-- Recommendations and parts that were not accepted, in the documents a cycle asks about: of these nobody is
-- asked. Parameters: $1 policy item_id, $2 last day of the cycle. Columns: key, position, is a part.
-- Leans on obligation_cycle, item_document.
SELECT i.item_key, i.position_taken::text,
       EXISTS (SELECT FROM uptake.item p WHERE p.item_id = i.parent_id AND p.kind = 'recommendation')
FROM uptake.item i
WHERE i.kind = 'recommendation' AND NOT i.retracted
  AND i.position_taken IN ('not_accepted', 'not_relevant')
  AND i.document IN (SELECT a.document FROM uptake.obligation o JOIN uptake.item a ON a.item_id = o.subject_id
                     WHERE o.policy_id = $1::bigint AND o.cycle_on = $2::date)
ORDER BY i.item_key
