-- SPDX-License-Identifier: Apache-2.0
-- Drops the oldest refusals of senders that have more than enough; conflicts and parked changes are a
-- person's to settle and stay. Parameters: $1 how many of each sender are kept.
DELETE FROM uptake.refusal r
USING (SELECT sender_id, message_id,
              row_number() OVER (PARTITION BY sender_id ORDER BY recorded_at DESC, message_id) AS age
       FROM uptake.refusal
       WHERE outcome IN ('refused', 'no_op')) old
WHERE old.age > $1::int AND r.sender_id = old.sender_id AND r.message_id = old.message_id
