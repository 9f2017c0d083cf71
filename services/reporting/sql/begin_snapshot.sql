-- SPDX-License-Identifier: Apache-2.0
-- What follows sees one moment. Parameters: none.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
