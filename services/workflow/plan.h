/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan - which obligations the policies give rise to on a day, compared with the ledger.
 *
 * A pure function: the same register, ledger and day give the same changes, and a second run after
 * the changes are written gives none. What was claimed or sent is never changed.
 *
 * Asked are the lead units of open actions that bind the office: known units or posts that exist
 * and have an address, and no inferred, ambiguous or vague reading unless a person confirmed it.
 * The ladder adds those above them (ladder.h). Cycles that end before the go-live day are not
 * asked. Of the steps of one question (policy, action, recipient) whose day has passed and that
 * were not sent, only the newest is sent; the others name it and rest.
 *
 * Threading: any.   Days are civil days of the register's zone.
 * Ownership: input is borrowed during the call; changes live in the arena.
 */
#ifndef UPTAKE_WORKFLOW_PLAN_H
#define UPTAKE_WORKFLOW_PLAN_H

#include "base/arena.h"
#include "base/date.h"
#include "calendar/working_day.h"
#include "lifecycle.h"
#include "model/answer.h"
#include "model/words.h"

#include <stdint.h>

enum {
    PLAN_HORIZON_DAYS = 400,
    PLAN_STEPS_MAX = 32,
    PLAN_LADDER_MAX = 32,
};

enum plan_unit_kind {
    PLAN_UNIT_NONE, /* nobody in the directory */
    PLAN_UNIT_UNIT,
    PLAN_UNIT_POST,
    PLAN_UNIT_EXTERNAL,
    PLAN_UNIT_CONTAINER,
};

enum plan_trigger {
    PLAN_INTERVAL, /* cycle n ends at anchor + n x interval */
    PLAN_DEADLINE, /* the cycle ends on the action's due day */
};

/* Of the directory, for the ladder. */
struct plan_unit {
    int64_t unit_id;
    enum plan_unit_kind kind;
    bool has_address;      /* and exists today */
    int64_t reports_to_id; /* 0: nobody; a unit that was merged: the one that took over */
    const char *zone;      /* of its duty station, whose working days count; NULL: not known */
};

/* Who is named on an action, and how sure the reading is. */
struct plan_responsibility {
    int64_t unit_id; /* 0: nobody in the directory */
    enum plan_unit_kind unit_kind;
    bool has_address; /* and exists today */
    enum role role;   /* lead or overseer */
    bool inferred, ambiguous, vague, confirmed;
};

struct plan_action {
    int64_t action_id;
    bool binds_state; /* shown, never chased */
    bool retracted;   /* counts for nothing; its progress is none that is open */
    bool on_hold;
    enum progress progress;
    struct date due_on;   /* none: no deadline */
    struct date anchor;   /* approval of the response, else the document's date; none: neither */
    bool anchor_assumed;  /* it is the document's date */
    const char *document; /* key */
    int64_t office_id;    /* unit that the document's office is; 0: not known */
    int instrument;       /* of the document; numbers of the protocol */
    struct date snoozed_until;   /* no reminder before it; none: nobody asked to wait */
    struct date acknowledged_on; /* the unit knows; none: not said */
    const struct plan_responsibility *responsibilities;
    int nresponsibilities;
    const struct answer_report *reports; /* by recorded_on, ascending */
    int nreports;
};

/* From this step on this rung is written to, too. */
struct plan_ladder_step {
    int step;
    enum obligation_rung rung;
};

/* What a policy said from some day on. */
struct plan_version {
    struct date in_force_from; /* cycles that end on this day or later; none: all */
    enum plan_trigger trigger;
    int interval_months; /* 1..120 for PLAN_INTERVAL */
    struct date go_live_on;
    struct date anchor_on;     /* none: the action's own */
    int steps[PLAN_STEPS_MAX]; /* days from the cycle's end, ascending */
    int nsteps;
    enum working_day_rule working_day; /* where a step falls on no working day */
    struct plan_ladder_step ladder[PLAN_LADDER_MAX];
    int nladder;
    /* To what it speaks; an empty list: to all. */
    const char **documents;
    int ndocuments;
    const int64_t *offices;
    int noffices;
    const int *instruments;
    int ninstruments;
    int64_t overseer_id;   /* 0: nobody */
    int most_reminders;    /* that a recipient gets of an action in a cycle; 0: no limit */
    int closes_after_days; /* after its end a cycle is chased no more; 0: until it is answered */
    int window_days; /* a report counts from so many days before the end; 0: the whole cycle */
    bool active;
};

/* What the desk decided last about the cycle that ends on a day. */
struct plan_decision {
    struct date ends_on;
    bool held;   /* nobody is asked until it is opened */
    bool closed; /* nobody is asked any more */
};

struct plan_policy {
    int64_t policy_id;
    const struct plan_version *versions; /* oldest first */
    int nversions;
    const struct plan_decision *decisions;
    int ndecisions;
};

/* A row of the ledger, as it is or as it is to be. */
struct obligation {
    int64_t policy_id, subject_id;
    int cycle;                  /* 1-based */
    struct date cycle_begin_on; /* the day before its first; none: it has no beginning */
    struct date cycle_on;       /* the day it ends */
    int step;
    int64_t recipient_id;
    int64_t asked_id;    /* the unit whose answer is awaited; the recipient itself for RUNG_UNIT */
    const char *awaited; /* "{1,2}": all such units, asked_id first; "": asked_id alone */
    enum obligation_rung rung;
    struct date send_on;
    struct date digest_on; /* it was asked by the digest of this day; none: not yet */
    bool held;             /* planned, and not to be claimed */
    enum obligation_state state;
    const char *reason;
    int coalesced_cycle, coalesced_step; /* OBLIGATION_COALESCED: the one that speaks for it */
};

struct plan_input {
    struct date today;
    const struct holidays *holidays; /* NULL: only weekends are no working days */
    const struct plan_policy *policies;
    int npolicies;
    const struct plan_unit *units; /* by unit_id, ascending */
    int nunits;
    const struct plan_action *actions;
    int nactions;
    struct obligation *ledger; /* sorted here */
    int nledger;
};

/* Rows to insert or to rewrite. */
struct plan_changes {
    struct obligation *rows;
    int n;
    int room;
};

/* For qsort and bsearch: by policy, subject, cycle, step, recipient, which is the row's key. */
int obligation_compare(const void *left, const void *right);

/* Fails only when memory is out. */
MUST_CHECK bool plan(const struct plan_input *input, struct arena *arena,
                     struct plan_changes *changes, struct err *err);

/* May this unit be sent mail about the action? */
bool plan_may_ask(const struct plan_responsibility *responsibility);

#endif
