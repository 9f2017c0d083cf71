-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_id, $2 title, $3 symbol, $4 dated_on, $5 instrument, $6 office,
-- $7 key of the office's unit, $8 language, $9 totals (JSON), $10 source_name, $11 source_sha256.
INSERT INTO uptake.document (item_id, title, symbol, dated_on, instrument, office, office_unit_id,
                             language, totals, source_name, source_sha256)
VALUES ($1::bigint, $2, $3, nullif($4, '')::date, $5::uptake.instrument, $6,
        (SELECT item_id FROM uptake.item WHERE item_key = $7), $8, $9::jsonb, $10, $11)
ON CONFLICT (item_id) DO UPDATE
SET title = excluded.title, symbol = excluded.symbol, dated_on = excluded.dated_on,
    instrument = excluded.instrument, office = excluded.office,
    office_unit_id = excluded.office_unit_id, language = excluded.language,
    totals = excluded.totals, source_name = excluded.source_name,
    source_sha256 = excluded.source_sha256
