/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan - which obligations the policies give rise to on a day, compared with the ledger.
 *
 * A pure function: the same register, ledger and day give the same changes, and a second run after
 * the changes are written gives none.
 *
 * Asked are the lead units of open actions that bind the office: known units or posts that exist
 * and have an address, and no inferred, ambiguous or vague reading unless a person confirmed it.
 * Cycles that end before the policy's go-live day are not asked. Of the steps of one question
 * (policy, action, recipient) whose day has passed and that were not sent, only the newest is sent;
 * the others name it and rest.
 *
 * Threading: any.   Days are civil days of the register's zone.
 * Ownership: input is borrowed during the call; changes live in the arena.
 */
#ifndef UPTAKE_WORKFLOW_PLAN_H
#define UPTAKE_WORKFLOW_PLAN_H

#include "base/arena.h"
#include "base/date.h"
#include "lifecycle.h"
#include "model/words.h"

#include <stdint.h>

enum {
    PLAN_HORIZON_DAYS = 400,
    PLAN_STEPS_MAX = 32,
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

/* Who is named on an action, and how sure the reading is. */
struct plan_responsibility {
    int64_t unit_id; /* 0: nobody in the directory */
    enum plan_unit_kind unit_kind;
    bool has_address; /* and exists today */
    enum role role;
    bool inferred, ambiguous, vague, confirmed;
};

/* A progress report the register accepted. */
struct plan_report {
    struct date recorded_on; /* the day it came in */
    struct date reported_on; /* last day it speaks of; none: not said */
};

struct plan_action {
    int64_t action_id;
    bool binds_state; /* shown, never chased */
    enum progress progress;
    struct date due_on;  /* none: no deadline */
    struct date anchor;  /* approval of the response, else the document's date; none: neither */
    bool anchor_assumed; /* it is the document's date */
    const struct plan_responsibility *responsibilities;
    int nresponsibilities;
    const struct plan_report *reports; /* by recorded_on, ascending */
    int nreports;
};

struct plan_policy {
    int64_t policy_id;
    enum plan_trigger trigger;
    int interval_months; /* 1..120 for PLAN_INTERVAL */
    struct date go_live_on;
    int steps[PLAN_STEPS_MAX]; /* days from the cycle's end, ascending */
    int nsteps;
    bool active;
};

/* A row of the ledger, as it is or as it is to be. */
struct obligation {
    int64_t policy_id, subject_id;
    int cycle; /* 1-based */
    struct date cycle_on;
    int step;
    int64_t recipient_id;
    struct date send_on;
    enum obligation_state state;
    const char *reason;
    int coalesced_cycle, coalesced_step; /* OBLIGATION_COALESCED: the one that speaks for it */
};

struct plan_input {
    struct date today;
    const struct plan_policy *policies;
    int npolicies;
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

/* Fails only when memory is out. */
MUST_CHECK bool plan(const struct plan_input *input, struct arena *arena,
                     struct plan_changes *changes, struct err *err);

/* May this unit be sent mail about the action? */
bool plan_may_ask(const struct plan_responsibility *responsibility);

#endif
