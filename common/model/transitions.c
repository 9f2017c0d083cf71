/* SPDX-License-Identifier: Apache-2.0 */
#include "transitions.h"

#define OF(word) PROGRESS_##word

enum { WORDS = PROGRESS_UNKNOWN + 1 };

enum answer { REFUSED, ALLOWED };

static const struct {
    enum answer answer;
    const char *reason;
} table[WORDS][WORDS] = {
    [OF(NOT_STARTED)] =
        {
            [OF(NOT_STARTED)] = {ALLOWED, "a further report: still not started"},
            [OF(INITIATED)] = {ALLOWED, "work was prepared"},
            [OF(ONGOING)] = {ALLOWED, "work began"},
            [OF(COMPLETED)] = {ALLOWED, "begun and completed between two reports"},
            [OF(CANCELLED)] = {ALLOWED, "called off before it began"},
            [OF(SUPERSEDED)] = {ALLOWED, "another action took its place before it began"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "what it was for went away before it began"},
            [OF(UNKNOWN)] = {ALLOWED, "a report without a word of its own"},
        },
    [OF(INITIATED)] =
        {
            [OF(NOT_STARTED)] = {REFUSED, "work that was initiated has been started"},
            [OF(INITIATED)] = {ALLOWED, "a further report: still being prepared"},
            [OF(ONGOING)] = {ALLOWED, "from preparation to work"},
            [OF(COMPLETED)] = {ALLOWED, "done since the last report"},
            [OF(CANCELLED)] = {ALLOWED, "called off while it was prepared"},
            [OF(SUPERSEDED)] = {ALLOWED, "another action took over what was prepared"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "what it was prepared for went away"},
            [OF(UNKNOWN)] = {ALLOWED, "a report without a word of its own"},
        },
    [OF(ONGOING)] =
        {
            [OF(NOT_STARTED)] = {REFUSED, "work that was going on has been started"},
            [OF(INITIATED)] = {ALLOWED, "less far than thought; it has begun either way"},
            [OF(ONGOING)] = {ALLOWED, "a further report: still going on"},
            [OF(COMPLETED)] = {ALLOWED, "done"},
            [OF(CANCELLED)] = {ALLOWED, "stopped for good"},
            [OF(SUPERSEDED)] = {ALLOWED, "another action carries it on"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "what it was for went away meanwhile"},
            [OF(UNKNOWN)] = {ALLOWED, "a report without a word of its own"},
        },
    [OF(COMPLETED)] =
        {
            [OF(NOT_STARTED)] = {REFUSED, "work that was completed has been started"},
            [OF(INITIATED)] = {ALLOWED, "reopened: a further piece of it is prepared"},
            [OF(ONGOING)] = {ALLOWED, "reopened"},
            [OF(COMPLETED)] = {ALLOWED, "a further report: more is known of how it was done"},
            [OF(CANCELLED)] = {ALLOWED, "it proved incomplete, and the rest is called off"},
            [OF(SUPERSEDED)] = {ALLOWED, "another action does it anew"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "what it was done for went away"},
            [OF(UNKNOWN)] = {ALLOWED, "a report without a word of its own"},
        },
    [OF(CANCELLED)] =
        {
            [OF(NOT_STARTED)] = {ALLOWED, "the cancellation was taken back before work began"},
            [OF(INITIATED)] = {ALLOWED, "reopened: it is prepared after all"},
            [OF(ONGOING)] = {ALLOWED, "reopened"},
            [OF(COMPLETED)] = {ALLOWED, "done in spite of it"},
            [OF(CANCELLED)] = {ALLOWED, "a further report: why it was cancelled"},
            [OF(SUPERSEDED)] = {ALLOWED, "another action was found to take its place"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "the reason it ended is said more exactly"},
            [OF(UNKNOWN)] = {ALLOWED, "a report without a word of its own"},
        },
    [OF(SUPERSEDED)] =
        {
            [OF(NOT_STARTED)] = {ALLOWED, "the other action fell away, and this one stands again"},
            [OF(INITIATED)] = {ALLOWED, "reopened: it is prepared after all"},
            [OF(ONGOING)] = {ALLOWED, "reopened"},
            [OF(COMPLETED)] = {ALLOWED, "done by way of the other action"},
            [OF(CANCELLED)] = {ALLOWED, "the other action was called off, and this one with it"},
            [OF(SUPERSEDED)] = {ALLOWED, "a further report: what took its place"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "the reason it ended is said more exactly"},
            [OF(UNKNOWN)] = {ALLOWED, "a report without a word of its own"},
        },
    [OF(NO_LONGER_APPLICABLE)] =
        {
            [OF(NOT_STARTED)] = {ALLOWED, "it applies again and had not begun"},
            [OF(INITIATED)] = {ALLOWED, "reopened: it applies again and is prepared"},
            [OF(ONGOING)] = {ALLOWED, "reopened: it applies again"},
            [OF(COMPLETED)] = {ALLOWED, "done in spite of it"},
            [OF(CANCELLED)] = {ALLOWED, "the reason it ended is said more exactly"},
            [OF(SUPERSEDED)] = {ALLOWED, "the reason it ended is said more exactly"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "a further report: why it does not apply"},
            [OF(UNKNOWN)] = {ALLOWED, "a report without a word of its own"},
        },
    /* What stood before a report without a word is not looked for: the tables that offices publish
     * list earlier updates without one, and imply nothing by that. */
    [OF(UNKNOWN)] =
        {
            [OF(NOT_STARTED)] = {ALLOWED, "nothing was known that it could contradict"},
            [OF(INITIATED)] = {ALLOWED, "the first word: work is prepared"},
            [OF(ONGOING)] = {ALLOWED, "the first word: work goes on"},
            [OF(COMPLETED)] = {ALLOWED, "the first word: done"},
            [OF(CANCELLED)] = {ALLOWED, "the first word: called off"},
            [OF(SUPERSEDED)] = {ALLOWED, "the first word: another action took its place"},
            [OF(NO_LONGER_APPLICABLE)] = {ALLOWED, "the first word: it does not apply any more"},
            [OF(UNKNOWN)] = {ALLOWED, "a further report without a word of its own"},
        },
};

static bool is_word(enum progress progress)
{
    return (int)progress > 0 && (int)progress < WORDS;
}

bool transition_allowed(enum progress from, enum progress to)
{
    if (!is_word(to))
        return false;
    return !is_word(from) || table[from][to].answer == ALLOWED;
}

const char *transition_reason(enum progress from, enum progress to)
{
    if (!is_word(to))
        return "no word of progress";
    return is_word(from) ? table[from][to].reason : "the first report";
}
