-- SPDX-License-Identifier: Apache-2.0
-- Stands where planning begins a transaction and locks: a simulation reads inside its own. Columns: one, unused.
SELECT 1
