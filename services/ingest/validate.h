/* SPDX-License-Identifier: Apache-2.0 */
/*
 * validate - is this change well-formed? Everything that can be said of it without the database.
 *
 * The codes are those of the Receipt: FIELD_MISSING, FIELD_EMPTY, FIELD_TOO_LONG, GROUP_EMPTY,
 * GROUP_NOT_ALLOWED, KIND_UNKNOWN, ENUM_UNKNOWN, BAD_DATE, DATE_ORDER, ZONE_UNKNOWN,
 * BAD_EMAIL, BAD_CODE, BAD_KEY, BAD_REFERENCE, NOT_COMPLETED, LIST_TOO_LONG, NUMBER_RANGE,
 * CONFUSABLE_TEXT, FIELD_NOT_NORMALISED, BASE_REVISION_INVALID, OPERATION_NOT_ALLOWED; place is the
 * field path.
 */
#ifndef UPTAKE_INGEST_VALIDATE_H
#define UPTAKE_INGEST_VALIDATE_H

#include "base/err.h"

#include <uptake/v1/items.pb-c.h>

MUST_CHECK bool validate_change(const Uptake__V1__Change *change, struct err *err);

#endif
