-- SPDX-License-Identifier: Apache-2.0
-- For the rest of the session: a page of a feed is a few hundred look-ups by key, which neither parallel
-- workers nor compiling makes faster (with workers it took four times as long). Parameters: none.
SELECT set_config('max_parallel_workers_per_gather', '0', false), set_config('jit', 'off', false)
