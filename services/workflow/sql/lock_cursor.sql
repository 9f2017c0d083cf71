-- SPDX-License-Identifier: Apache-2.0
-- One planner at a time; a second one fails here with a serialization error and comes back later.
SELECT consumer FROM uptake.workflow_cursor WHERE consumer = 'plan' FOR UPDATE
