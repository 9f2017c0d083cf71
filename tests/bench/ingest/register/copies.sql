-- SPDX-License-Identifier: Apache-2.0
-- Where the binary COPY goes: tables with the columns, checks and indexes of the real ones, and as much
-- in them.
CREATE TABLE bench.change (LIKE uptake.change INCLUDING ALL);
CREATE TABLE bench.feed_segment (LIKE uptake.feed_segment INCLUDING ALL);
INSERT INTO bench.change SELECT * FROM uptake.change ORDER BY change_id;
INSERT INTO bench.feed_segment SELECT * FROM uptake.feed_segment ORDER BY scope_id, last_seq;
