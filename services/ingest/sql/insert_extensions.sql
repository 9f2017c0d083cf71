-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 action's item_id, $2 ordinal, $3 due_on, $4 the source's text,
-- $5 approver, $6 approved_on.
INSERT INTO uptake.extension (action_id, ordinal, due_on, source, approver, approved_on)
SELECT action_id, ordinal, due_on::date, source, approver, approved_on::date
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
     AS e (action_id, ordinal, due_on, source, approver, approved_on)
