/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lifecycle - the states of an obligation, what moves it, and the reason people read.
 *
 * The states are those of the SQL type uptake.obligation_state. An event that has no row for a
 * state leaves it alone: what was sent stays sent, whatever is planned later.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_WORKFLOW_LIFECYCLE_H
#define UPTAKE_WORKFLOW_LIFECYCLE_H

#include "base/err.h"

enum obligation_state {
    OBLIGATION_NEW, /* not in the ledger yet */
    OBLIGATION_PLANNED,
    OBLIGATION_CLAIMED,
    OBLIGATION_SENT,
    OBLIGATION_COALESCED,
    OBLIGATION_VOID,   /* it never was a question, or is none any more */
    OBLIGATION_RESTED, /* the question stands, nobody is written to about it */
    OBLIGATION_MET,
    OBLIGATION_NOT_ASKED,
    OBLIGATION_STATE_COUNT,
};

enum obligation_event {
    OBLIGATION_EV_ASK,            /* the policy asks it                               */
    OBLIGATION_EV_OVERTAKEN,      /* another step of the same question speaks for it  */
    OBLIGATION_EV_SUBMITTED,      /* the cycle was answered                           */
    OBLIGATION_EV_ANSWERED_LATER, /* a later cycle was answered                       */
    OBLIGATION_EV_CLOSED,         /* the action was closed while the cycle ran        */
    OBLIGATION_EV_CLOSED_BEFORE,  /* the action was closed before the cycle began     */
    OBLIGATION_EV_DROPPED,        /* policy, deadline or responsibility says otherwise */
    OBLIGATION_EV_BEFORE_GO_LIVE, /* the go-live date moved behind the cycle          */
    OBLIGATION_EV_ENDED,          /* nobody is chased about this cycle any more       */
    OBLIGATION_EV_CAPPED,         /* asked as often in this cycle as the policy allows */
    OBLIGATION_EV_ACKNOWLEDGED,   /* the unit said that it knows                      */
    OBLIGATION_EV_CLAIMED,        /* a digest takes it along                          */
    OBLIGATION_EV_ACCEPTED,       /* the mail server took the digest                  */
    OBLIGATION_EV_READDRESSED,    /* the digest was refused, the address then changed */
    OBLIGATION_EVENT_COUNT,
};

/* As what the recipient is written to; numbers of the protocol. A head is the unit that one REPORTS
 * TO, wherever it lies. */
enum obligation_rung {
    RUNG_UNIT = 1, /* the one that is asked */
    RUNG_UNIT_HEAD,
    RUNG_OVERSEER,
    RUNG_OVERSEER_HEAD,
};
enum { RUNG_COUNT = RUNG_OVERSEER_HEAD + 1 };

struct obligation_step {
    enum obligation_state to;
    const char *reason; /* static; planning appends particulars */
};

/* NULL: the event does not move an obligation in this state. */
const struct obligation_step *obligation_next(enum obligation_state from,
                                              enum obligation_event event);

/* "planned" and the like, as in SQL; "new" for OBLIGATION_NEW. */
const char *obligation_state_word(enum obligation_state state);
MUST_CHECK bool obligation_state_from_word(const char *word, enum obligation_state *state);

/* "unit_head" and the like, as in SQL. */
const char *obligation_rung_word(enum obligation_rung rung);
MUST_CHECK bool obligation_rung_from_word(const char *word, enum obligation_rung *rung);

#endif
