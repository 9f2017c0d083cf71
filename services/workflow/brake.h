/* SPDX-License-Identifier: Apache-2.0 */
/*
 * brake - what keeps a mistake from becoming mass mail, per policy.
 *
 * It holds when more recipients than a limit would be written to on a day, or more than three times
 * the usual day's, or when the database's clock has jumped; until a named person lets so many
 * recipients go (BrakeRelease), having seen to whom and about what. A word that covers less than
 * what is due now lets nothing go: it was said of something else.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_WORKFLOW_BRAKE_H
#define UPTAKE_WORKFLOW_BRAKE_H

#include "base/date.h"

#include <stdint.h>

enum {
    BRAKE_USUAL_DAYS = 10, /* days with mail the usual is taken from; fewer tell nothing */
    BRAKE_TIMES = 3,
};

struct brake_limits {
    int most;  /* recipients of a day */
    int least; /* a day of so few is never too much for what is usual */
};

/* What a policy would send now. */
struct brake_policy {
    int64_t policy_id;
    const char *key;
    int due;               /* recipients with something due and no digest today */
    bool waits;            /* something is due, perhaps of recipients with a digest today */
    struct date newest_on; /* the newest of what is due */
    int today;             /* recipients it wrote to today already */
    int usual;             /* median of its last days with mail; -1: too few to tell */
    /* The hold that stands in the ledger; reason NULL: none. */
    const char *held_for;
    int64_t held_before; /* change with the last word that stood when the hold began; 0: none */
    /* The last word of a person; change 0: none. */
    int64_t release;
    struct date released_on;
    int released; /* recipients */
    int let_go;   /* recipients written to since that word */
};

struct brake_verdict {
    bool holds;
    const char *reason; /* of the hold, for people; static */
    int allowed;        /* recipients that could go without a word */
};

struct brake_verdict brake_decide(const struct brake_policy *policy,
                                  const struct brake_limits *limits, bool clock_jumped);

/* Has the database's clock moved otherwise than ours between two rounds, by more than this? All in
 * microseconds; clock_before 0: there was no round before. */
bool brake_clock_jumped(int64_t clock_before, int64_t clock_now, int64_t own_before,
                        int64_t own_now, int64_t most);

#endif
