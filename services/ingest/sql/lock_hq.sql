-- SPDX-License-Identifier: Apache-2.0
-- Takes the one lock that every writer needs. A statement of its own, so that the next one gets a
-- snapshot in which the heads are current. Parameters: none.
SELECT seq FROM uptake.feed_head WHERE scope_id = 1 FOR UPDATE
