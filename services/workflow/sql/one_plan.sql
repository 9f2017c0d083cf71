-- SPDX-License-Identifier: Apache-2.0
-- For the rest of the session: every statement keeps one plan, which finds its rows by an index whatever the
-- statistics say; those of a young ledger are an hour old, and planning anew takes longer than a round in which
-- nothing is due. Not by a bitmap: a plain scan marks the entries of what was claimed as dead, so that the next
-- does not go to the table for each. Parameters: none.
SELECT set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('enable_seqscan', 'off', false),
       set_config('enable_bitmapscan', 'off', false)
