-- SPDX-License-Identifier: Apache-2.0
-- Where the hq feed ends, and how far the plan has followed it. Leans on feed_segment_pkey, change_pkey.
-- Columns: head epoch, head seq, microseconds since 1970 of the newest change, cursor epoch, day of
-- the last plan ('' for never), cursor seq, whether anything that a plan follows from came after it.
SELECT head.epoch, head.seq, (extract(epoch FROM head.recorded_at) * 1000000)::bigint,
       cursor.epoch,
       CASE WHEN isfinite(cursor.planned_on) THEN cursor.planned_on::text ELSE '' END,
       cursor.seq,
       EXISTS (SELECT FROM uptake.feed_segment
               JOIN uptake.change ON change.change_id = ANY (feed_segment.change_ids)
               WHERE feed_segment.scope_id = head.scope_id
                 AND feed_segment.last_seq > cursor.seq
                 AND change.kind IN ('action', 'document', 'response', 'policy', 'unit', 'cycle'))
FROM uptake.feed_head AS head
JOIN uptake.scope USING (scope_id)
CROSS JOIN uptake.workflow_cursor AS cursor
WHERE scope.name = 'hq' AND cursor.consumer = 'plan'
