-- SPDX-License-Identifier: Apache-2.0
-- Fresh change ids for the images and the farewells of dependents. Parameters: $1 how many.
-- Columns: change id.
SELECT nextval('uptake.change_id_seq') FROM generate_series(1, $1::int)
