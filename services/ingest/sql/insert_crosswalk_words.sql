-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 crosswalk's item_id, $2 ordinal, $3 axis, $4 the source's word, $5 the
-- register's, $6 note, $7 1: verified.
INSERT INTO uptake.crosswalk_word (crosswalk_id, ordinal, axis, source, word, note, verified)
SELECT crosswalk_id, ordinal, axis, source, word, note, verified > 0
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
     AS w (crosswalk_id, ordinal, axis, source, word, note, verified)
