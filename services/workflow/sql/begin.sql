-- SPDX-License-Identifier: Apache-2.0
-- Claims and finishes are short and lock their own rows.
BEGIN
