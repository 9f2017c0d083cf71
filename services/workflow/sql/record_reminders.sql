-- SPDX-License-Identifier: Apache-2.0
-- The feed holds these reminders, or ingest would not take them.
-- Arrays: $1 obligation, $2 refused ('true' or 'false'). $3 :now.
UPDATE uptake.obligation
SET reminder_recorded_at = CASE WHEN NOT given.refused::boolean THEN $3::timestamptz END,
    reminder_refused_at = CASE WHEN given.refused::boolean THEN $3::timestamptz END
FROM unnest($1::bigint[], $2::text[]) AS given (obligation_id, refused)
WHERE obligation.obligation_id = given.obligation_id
  AND obligation.reminder_recorded_at IS NULL
