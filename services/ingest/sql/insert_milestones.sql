-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 action's item_id, $2 ordinal, $3 text, $4 due_on, $5 reached_on.
INSERT INTO uptake.milestone (action_id, ordinal, text, due_on, reached_on)
SELECT action_id, ordinal, text, due_on::date, reached_on::date
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
     AS m (action_id, ordinal, text, due_on, reached_on)
