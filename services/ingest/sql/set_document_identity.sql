-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 title, $3 symbol, $4 dated_on, $5 instrument, $6 office,
-- $7 id of the office's unit, $8 language, $9 totals (JSON), $10 source_name, $11 source_sha256.
INSERT INTO uptake.document (item_id, title, symbol, dated_on, instrument, office, office_unit_id,
                             language, totals, source_name, source_sha256)
SELECT item_id, title, symbol, dated_on::date, instrument::uptake.instrument, office,
       office_unit_id, language, totals::jsonb, source_name, source_sha256
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
            $8::text[], $9::text[], $10::text[], $11::bytea[])
     AS d (item_id, title, symbol, dated_on, instrument, office, office_unit_id, language, totals,
           source_name, source_sha256)
ON CONFLICT (item_id) DO UPDATE
SET title = excluded.title, symbol = excluded.symbol, dated_on = excluded.dated_on,
    instrument = excluded.instrument, office = excluded.office,
    office_unit_id = excluded.office_unit_id, language = excluded.language,
    totals = excluded.totals, source_name = excluded.source_name,
    source_sha256 = excluded.source_sha256
