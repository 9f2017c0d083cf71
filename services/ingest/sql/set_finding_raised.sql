-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 code, $3 severity, $4 about, $5 place, $6 message,
-- $7 remedy, $8 1: no longer met.
INSERT INTO uptake.finding (item_id, code, severity, about, place, message, remedy, gone)
SELECT item_id, code, severity::uptake.severity, about, place, message, remedy, gone > 0
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::bigint[])
     AS f (item_id, code, severity, about, place, message, remedy, gone)
ON CONFLICT (item_id) DO UPDATE
SET code = excluded.code, severity = excluded.severity, about = excluded.about,
    place = excluded.place, message = excluded.message, remedy = excluded.remedy,
    gone = excluded.gone
