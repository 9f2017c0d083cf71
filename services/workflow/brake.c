/* SPDX-License-Identifier: Apache-2.0 */
#include "brake.h"

#include <stdlib.h>
#include <string.h>

/* Also found in the ledger by their text: a jump is held until somebody says a word, however few
 * would be written to. */
static const char jump_reason[] = "the database's clock jumped";
static const char most_reason[] = "more recipients than brake_recipients allows";
static const char usual_reason[] = "more than three times the recipients of a usual day";

bool brake_clock_jumped(int64_t clock_before, int64_t clock_now, int64_t own_before,
                        int64_t own_now, int64_t most)
{
    const int64_t drift = (clock_now - clock_before) - (own_now - own_before);

    return clock_before != 0 && llabs(drift) > most;
}

/* A word said of no less than what is due. */
static bool is_released(const struct brake_policy *policy)
{
    return policy->release != 0 && date_compare(policy->newest_on, policy->released_on) <= 0 &&
           policy->let_go + policy->due <= policy->released;
}

/* After a jump nothing goes but what a word since then covers. */
static bool is_held_for_jump(const struct brake_policy *policy)
{
    return policy->held_for && strcmp(policy->held_for, jump_reason) == 0 &&
           (policy->release == policy->held_before || !is_released(policy));
}

static int allowed_by_usual(const struct brake_policy *policy, const struct brake_limits *limits)
{
    const int usual = policy->usual < 0 ? limits->most : BRAKE_TIMES * policy->usual;

    return usual > limits->least ? usual : limits->least;
}

struct brake_verdict brake_decide(const struct brake_policy *policy,
                                  const struct brake_limits *limits, bool clock_jumped)
{
    const int usual = allowed_by_usual(policy, limits);
    const int total = policy->due + policy->today;

    /* What waits for tomorrow, its recipients having a digest today, is held all the same. */
    if (policy->waits && (clock_jumped || is_held_for_jump(policy)))
        return (struct brake_verdict){true, jump_reason, 0};
    if (policy->due == 0)
        return (struct brake_verdict){false, "", 0};
    if (is_released(policy))
        return (struct brake_verdict){false, "", policy->released};
    if (total > limits->most)
        return (struct brake_verdict){true, most_reason, limits->most};
    if (policy->usual >= 0 && total > usual)
        return (struct brake_verdict){true, usual_reason, usual};
    return (struct brake_verdict){false, "", limits->most};
}
