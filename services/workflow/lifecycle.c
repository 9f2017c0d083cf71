/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle.h"

#include <string.h>

#define IN(state) (1u << OBLIGATION_##state)

/* Nobody was asked yet: planning may still decide otherwise. */
#define UNASKED                                                                                    \
    (IN(NEW) | IN(PLANNED) | IN(COALESCED) | IN(VOID) | IN(RESTED) | IN(MET) | IN(NOT_ASKED))

static const struct {
    unsigned from; /* set of IN(state) */
    enum obligation_event event;
    struct obligation_step step;
} rows[] = {
    {UNASKED, OBLIGATION_EV_ASK, {OBLIGATION_PLANNED, "to be asked on its day"}},
    {UNASKED, OBLIGATION_EV_OVERTAKEN, {OBLIGATION_COALESCED, "another reminder speaks for it"}},
    {UNASKED, OBLIGATION_EV_SUBMITTED, {OBLIGATION_MET, "the unit submitted an update"}},
    {UNASKED, OBLIGATION_EV_ANSWERED_LATER, {OBLIGATION_RESTED, "a later cycle was answered"}},
    {UNASKED, OBLIGATION_EV_ENDED, {OBLIGATION_RESTED, "the cycle is chased no more"}},
    {UNASKED,
     OBLIGATION_EV_CAPPED,
     {OBLIGATION_RESTED, "asked as often in this cycle as the policy allows"}},
    {UNASKED, OBLIGATION_EV_ACKNOWLEDGED, {OBLIGATION_RESTED, "the unit knows and will answer"}},
    {IN(PLANNED), OBLIGATION_EV_CLOSED, {OBLIGATION_RESTED, "the action is closed"}},
    {IN(PLANNED), OBLIGATION_EV_CLOSED_BEFORE, {OBLIGATION_VOID, "the action is closed"}},
    {IN(NEW) | IN(PLANNED), OBLIGATION_EV_DROPPED, {OBLIGATION_VOID, "no longer to be asked"}},
    {IN(PLANNED),
     OBLIGATION_EV_BEFORE_GO_LIVE,
     {OBLIGATION_NOT_ASKED, "the cycle ended before the policy went live"}},
    {IN(PLANNED), OBLIGATION_EV_CLAIMED, {OBLIGATION_CLAIMED, "in the digest of the day"}},
    {IN(CLAIMED), OBLIGATION_EV_ACCEPTED, {OBLIGATION_SENT, "the mail server accepted it"}},
    {IN(CLAIMED),
     OBLIGATION_EV_READDRESSED,
     {OBLIGATION_PLANNED, "not taken, and the address was corrected or said again"}},
};

static const char *const words[OBLIGATION_STATE_COUNT] = {
    "new", "planned", "claimed", "sent", "coalesced", "void", "rested", "met", "not_asked",
};

static const char *const rungs[RUNG_COUNT] = {
    [RUNG_UNIT] = "unit",
    [RUNG_UNIT_HEAD] = "unit_head",
    [RUNG_OVERSEER] = "overseer",
    [RUNG_OVERSEER_HEAD] = "overseer_head",
};

const struct obligation_step *obligation_next(enum obligation_state from,
                                              enum obligation_event event)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].event == event && rows[i].from & 1u << from)
            return &rows[i].step;
    return NULL;
}

const char *obligation_state_word(enum obligation_state state)
{
    return words[state];
}

bool obligation_state_from_word(const char *word, enum obligation_state *state)
{
    for (int i = 0; i < OBLIGATION_STATE_COUNT; i++)
        if (strcmp(words[i], word) == 0) {
            *state = (enum obligation_state)i;
            return true;
        }
    return false;
}

const char *obligation_rung_word(enum obligation_rung rung)
{
    return rungs[rung];
}

bool obligation_rung_from_word(const char *word, enum obligation_rung *rung)
{
    for (int i = RUNG_UNIT; i < RUNG_COUNT; i++)
        if (strcmp(rungs[i], word) == 0) {
            *rung = (enum obligation_rung)i;
            return true;
        }
    return false;
}
