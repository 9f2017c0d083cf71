-- SPDX-License-Identifier: Apache-2.0
-- The ends of all feeds: what the poll compares. Parameters: none.
-- Columns: scope_id, name, epoch, seq.
SELECT s.scope_id, s.name, replace(h.epoch::text, '-', ''), h.seq
FROM uptake.feed_head h
JOIN uptake.scope s USING (scope_id)
