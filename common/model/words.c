/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <string.h>

static const char *const position_words[POSITION_COUNT] = {
    [POSITION_UNSPECIFIED] = "unspecified",
    [POSITION_ACCEPTED] = "accepted",
    [POSITION_ACCEPTED_WITH_CHANGES] = "accepted_with_changes",
    [POSITION_PARTIALLY_ACCEPTED] = "partially_accepted",
    [POSITION_NOT_ACCEPTED] = "not_accepted",
    [POSITION_NOTED] = "noted",
    [POSITION_UNDER_CONSIDERATION] = "under_consideration",
    [POSITION_NOT_RELEVANT] = "not_relevant",
    [POSITION_NONE_GIVEN] = "none_given",
};

static const char *const progress_words[PROGRESS_COUNT] = {
    [PROGRESS_UNSPECIFIED] = "unspecified",
    [PROGRESS_NOT_STARTED] = "not_started",
    [PROGRESS_INITIATED] = "initiated",
    [PROGRESS_ONGOING] = "ongoing",
    [PROGRESS_COMPLETED] = "completed",
    [PROGRESS_CANCELLED] = "cancelled",
    [PROGRESS_SUPERSEDED] = "superseded",
    [PROGRESS_NO_LONGER_APPLICABLE] = "no_longer_applicable",
    [PROGRESS_UNKNOWN] = "unknown",
};

static const char *const precision_words[PRECISION_COUNT] = {
    [PRECISION_UNSPECIFIED] = "unspecified",
    [PRECISION_DAY] = "day",
    [PRECISION_MONTH] = "month",
    [PRECISION_QUARTER] = "quarter",
    [PRECISION_HALF] = "half",
    [PRECISION_YEAR] = "year",
    [PRECISION_RANGE] = "range",
    [PRECISION_NONE] = "none",
};

static const char *const role_words[ROLE_COUNT] = {
    [ROLE_UNSPECIFIED] = "unspecified", [ROLE_LEAD] = "lead",
    [ROLE_SUPPORT] = "support",         [ROLE_OVERSEER] = "overseer",
    [ROLE_CONTAINER] = "container",     [ROLE_EXTERNAL] = "external",
};

static const char *word_at(const char *const *words, int count, int at)
{
    return at >= 0 && at < count ? words[at] : NULL;
}

static bool find_word(const char *const *words, int count, const char *word, int *at)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            *at = i;
            return true;
        }
    }
    return false;
}

const char *position_word(enum position position)
{
    return word_at(position_words, POSITION_COUNT, (int)position);
}

const char *progress_word(enum progress progress)
{
    return word_at(progress_words, PROGRESS_COUNT, (int)progress);
}

const char *precision_word(enum precision precision)
{
    return word_at(precision_words, PRECISION_COUNT, (int)precision);
}

const char *role_word(enum role role)
{
    return word_at(role_words, ROLE_COUNT, (int)role);
}

bool position_from_word(const char *word, enum position *position)
{
    int at;

    if (!find_word(position_words, POSITION_COUNT, word, &at))
        return false;
    *position = (enum position)at;
    return true;
}

bool progress_from_word(const char *word, enum progress *progress)
{
    int at;

    if (!find_word(progress_words, PROGRESS_COUNT, word, &at))
        return false;
    *progress = (enum progress)at;
    return true;
}

bool progress_is_open(enum progress progress)
{
    switch (progress) {
    case PROGRESS_COMPLETED:
    case PROGRESS_CANCELLED:
    case PROGRESS_SUPERSEDED:
    case PROGRESS_NO_LONGER_APPLICABLE:
        return false;
    default:
        return true;
    }
}
