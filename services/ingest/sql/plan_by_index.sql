-- SPDX-License-Identifier: Apache-2.0
-- For the rest of the session: every statement of a writer finds its rows by an index, whatever the
-- statistics say - those of a young register are an hour old and would have whole tables read - and
-- keeps one plan, since planning it anew takes as long as running it. Parameters: none.
SELECT set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('enable_seqscan', 'off', false)
