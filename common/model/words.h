/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - the controlled words of the register, and what they mean for follow-up.
 *
 * The numbers are those of proto/uptake/v1/words.proto, so that code without protobuf can hold
 * them; tests/unit/cli/words_test.c compares the two. Zero is always "not said".
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_MODEL_WORDS_H
#define UPTAKE_MODEL_WORDS_H

#include "base/err.h"

enum position {
    POSITION_UNSPECIFIED = 0,
    POSITION_ACCEPTED = 1,
    POSITION_ACCEPTED_WITH_CHANGES = 2,
    POSITION_PARTIALLY_ACCEPTED = 3,
    POSITION_NOT_ACCEPTED = 4,
    POSITION_NOTED = 5,
    POSITION_UNDER_CONSIDERATION = 6,
    POSITION_NOT_RELEVANT = 7,
    POSITION_NONE_GIVEN = 8,
    POSITION_COUNT,
};

enum progress {
    PROGRESS_UNSPECIFIED = 0,
    PROGRESS_NOT_STARTED = 1,
    PROGRESS_INITIATED = 2,
    PROGRESS_ONGOING = 3,
    PROGRESS_COMPLETED = 4,
    PROGRESS_CANCELLED = 5,
    PROGRESS_SUPERSEDED = 6,
    PROGRESS_NO_LONGER_APPLICABLE = 7,
    PROGRESS_UNKNOWN = 8,
    PROGRESS_COUNT,
};

enum precision {
    PRECISION_UNSPECIFIED = 0,
    PRECISION_DAY = 1,
    PRECISION_MONTH = 2,
    PRECISION_QUARTER = 3,
    PRECISION_HALF = 4,
    PRECISION_YEAR = 5,
    PRECISION_RANGE = 6,
    PRECISION_NONE = 7,
    PRECISION_COUNT,
};

enum role {
    ROLE_UNSPECIFIED = 0,
    ROLE_LEAD = 1,
    ROLE_SUPPORT = 2,
    ROLE_OVERSEER = 3,
    ROLE_CONTAINER = 4,
    ROLE_EXTERNAL = 5,
    ROLE_COUNT,
};

/* "not_accepted" and the like; "unspecified" for 0; NULL for a number that is no word. */
const char *position_word(enum position position);
const char *progress_word(enum progress progress);
const char *precision_word(enum precision precision);
const char *role_word(enum role role);

MUST_CHECK bool position_from_word(const char *word, enum position *position);
MUST_CHECK bool progress_from_word(const char *word, enum progress *progress);

/* Somebody still owes the action: everything but completed, cancelled, superseded and no longer
 * applicable. Not said and unknown are open. */
bool progress_is_open(enum progress progress);

#endif
