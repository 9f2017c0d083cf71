-- SPDX-License-Identifier: Apache-2.0
-- For the rest of the session statements are not compiled: those for a page look costly to the planner,
-- which cannot see that a page ends early, and compiling one takes ten times as long as running it.
-- Parameters: none.
SELECT set_config('jit', 'off', false)
