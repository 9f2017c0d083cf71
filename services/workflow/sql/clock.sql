-- SPDX-License-Identifier: Apache-2.0
-- The only place where workflow asks what time it is: once per round.
-- $1 register zone. Columns: microseconds since 1970, civil day in that zone.
SELECT (extract(epoch FROM clock.at) * 1000000)::bigint,
       (clock.at AT TIME ZONE $1)::date
FROM (SELECT clock_timestamp() AS at) AS clock
