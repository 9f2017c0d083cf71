/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cycles - what policies ask in the period that ends on a day, as the ledger of workflow has it:
 * who is asked about what, who answered, and what keeps mail back.
 *
 * A cycle opens by itself on the day of its first step unless the desk held it, so its state
 * follows from the day and the desk's last word. What was asked is what the mail server took; what
 * was answered is what the register accepted in the period, or while the ended period was still
 * being chased. Both can be told as of an instant that has passed.
 *
 * Threading: loop thread only.   Days are civil days of the register's zone.
 * Ownership: everything lives in the call's arena; JSON is a new reference, NULL when out of
 * memory.
 */
#ifndef UPTAKE_REPORTING_CYCLES_H
#define UPTAKE_REPORTING_CYCLES_H

#include "call.h"

enum {
    CYCLES_ANNOUNCED_DAYS = 30, /* before its first step the desk is told */
    CYCLES_DAYS = 90,           /* ahead that are listed when nobody says */
    CYCLES_DAYS_MAX = 400,      /* as far as the ledger is planned */
};

enum cycle_state {
    CYCLE_NOT_ASKED, /* it ended before the policy went live */
    CYCLE_UPCOMING,
    CYCLE_ANNOUNCED,
    CYCLE_CONFIRMED,
    CYCLE_OPEN,
    CYCLE_HELD,
    CYCLE_CLOSED,
};
const char *cycle_state_word(enum cycle_state state);

/* A cycle and its policy; a row of cycle_heads.sql. */
struct cycle {
    int64_t policy_id;
    const char *policy; /* key */
    const char *title;
    const char *trigger; /* "interval" or "deadline" */
    int interval_months;
    int first_step, last_step; /* days from its end */
    const char *overseer;      /* name; "" */
    struct date go_live_on;
    struct date ends_on;
    struct date first_on; /* somebody is asked, as planned; none: nobody is */
    int64_t revision;     /* of the cycle's item; 0: nothing was said of it */
    const char *decided_at, *made_at;
    json_t *rule;        /* the policy's; borrowed by nobody else: json_decref */
    json_t *decision;    /* the desk's last word; NULL: none */
    json_t *made;        /* the stored return; NULL: none */
    json_t *made_before; /* that of the cycle before; NULL: none */
    int64_t head_us;     /* the register's last change, since 1970 */
};

/* An action, and a unit that is asked about it. */
struct cycle_ask {
    int64_t policy_id, action_id;
    struct date ends_on;
    const char *action, *text, *title, *office;
    const char *unit, *unit_code, *unit_name;
    struct date first_on;    /* to be asked */
    struct date asked_on;    /* none: not yet, or never */
    struct date before_on;   /* the cycle before ended; none: the ledger knows none */
    struct date answered_on; /* none: not answered */
    bool late;               /* answered after the end */
    bool is_refused;         /* the mail server would not take it */
    bool waits;
    bool not_asked;
    const char *before, *after; /* progress at the last return, or when the cycle began; and now */
};

/* A progress report the register accepted. */
struct cycle_report {
    int64_t action_id;
    uint64_t revision;
    struct date recorded_on, reported_on; /* reported_on none: not said */
    const char *unit;                     /* key of whose it is; "": not said, it is of all */
};

struct cycle_asks {
    struct cycle_ask *list;
    int n;
};

struct cycle_counts {
    int questions, units, asked, answered, late;
    int unasked; /* answered before anybody had to ask */
    int refused;
};

/* The columns of cycle_heads.sql. False: a policy that has no cycle there. */
bool cycle_read(const PGresult *rows, int row, struct arena *arena, struct cycle *cycle);
void cycle_finish(struct cycle *cycle);
enum cycle_state cycle_state(const struct cycle *cycle, struct date today);

/* cycle_asks.sql and cycle_reports.sql put together. NULL list: out of memory. */
struct cycle_asks cycle_read_asks(const PGresult *asks, const PGresult *reports,
                                  const struct cycle *cycles, int ncycles, struct arena *arena);
/* When a question was answered: reports in order of recorded_on. late_days: how long an ended cycle
 * is chased. Pure. */
struct date cycle_answered(const struct cycle_ask *ask, const struct cycle *cycle,
                           const struct cycle_report *reports, int n);
struct cycle_counts cycle_count(const struct cycle *cycle, const struct cycle_asks *asks);

/* "policy", "ends_on", "state", ..., with the counts. */
json_t *cycle_json(const struct call *call, const struct cycle *cycle,
                   const struct cycle_counts *counts);

/* One cycle with all that belongs to it. */
struct cycle_one {
    const char *policy;  /* key asked for */
    struct date ends_on; /* and the day */
    int64_t known_at_us; /* -1: by now */
    bool is_known_given;
    struct cycle cycle;
    struct cycle_asks asks;
    const PGresult *unsettled; /* valid inside done */
    const PGresult *excluded;
    void (*done)(struct call *call, struct cycle_one *one); /* answers the call */
};

/* Reads "NAME/DAY" from where the route's * stands, then the cycle, and calls done; answers by
 * itself when there is none or when the reader does not read hq. The call keeps it in ctx. */
void cycle_fetch(struct call *call, int64_t known_at_us,
                 void (*done)(struct call *call, struct cycle_one *one));
/* Cycles that end within ?days=N, and what is open or held; calls done with their cycle_json, which
 * is the callee's. Answers by itself when the reader does not read hq. */
void cycle_fetch_list(struct call *call, void (*done)(struct call *call, json_t *list));
/* With "asks", "unsettled", "excluded" and "return" too. */
json_t *cycle_one_json(struct call *call, const struct cycle_one *one);

/* cycle_return.c: the return as of known_at; a ReturnMade as JSON, ready to be pushed. */
json_t *cycle_return_json(struct call *call, const struct cycle_one *one);

#endif
