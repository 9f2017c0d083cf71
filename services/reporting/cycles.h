/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cycles - what policies ask in the period that ends on a day, as the ledger of workflow has it:
 * who is asked about what, who answered, and what keeps mail back.
 *
 * A cycle opens by itself on the day of its first step unless the desk held it, so its state
 * follows from the day and the desk's last word. What was asked is what the mail server took; which
 * report answers it is said by model/answer.h, as for workflow, and a deadline whose policy takes
 * no reports is answered when its action is closed. All can be told as of an instant that has
 * passed: policies, mergers, reports and returns count as far as they were recorded by then.
 *
 * Threading: loop thread only.   Days are civil days of the register's zone.
 * Ownership: everything lives in the call's arena; JSON is a new reference, NULL when out of
 * memory.
 */
#ifndef UPTAKE_REPORTING_CYCLES_H
#define UPTAKE_REPORTING_CYCLES_H

#include "call.h"
#include "model/answer.h"
#include "uptake/v1/items.pb-c.h"

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

/* What a policy said at one time; a row of cycle_rules.sql. */
struct cycle_rule {
    int64_t policy_id, recorded_us;
    struct date in_force_from; /* for cycles that end on this day or later; none: all */
    struct date go_live_on;
    bool is_deadline;
    int first_step; /* days from the end */
    struct answer_rule answer;
    const Uptake__V1__PolicyRule *said;
};

/* Those of a policy stand together, oldest first. */
struct cycle_rules {
    struct cycle_rule *list;
    int n;
};

/* A cycle and its policy; a row of cycle_heads.sql, and the rule it follows. */
struct cycle {
    int64_t policy_id;
    const char *policy; /* key */
    const char *title;
    const char *overseer;          /* name; "" */
    const struct cycle_rule *rule; /* NULL: the policy says nothing of such a day */
    struct date ends_on;
    struct date first_on; /* somebody is asked, as planned; none: nobody is */
    int64_t revision;     /* of the cycle's item; 0: nothing was said of it */
    const char *decided_at, *made_at;
    json_t *decision;    /* the desk's last word; NULL: none. Of each json_decref */
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
    struct date first_on;    /* to be asked; none: only those above the unit are */
    struct date asked_on;    /* none: not yet, or never */
    struct date answered_on; /* none: not answered */
    bool late;               /* answered after the end */
    bool is_refused;         /* the mail server would not take it */
    bool waits;
    bool not_asked;
    const char *before, *after; /* progress at the last return, or when the cycle began; and now */
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

/* The columns of cycle_rules.sql. False: out of memory. */
MUST_CHECK bool cycle_read_rules(const PGresult *rows, struct arena *arena,
                                 struct cycle_rules *rules);
/* NULL: the policy, as known at the instant, says nothing of cycles that end on the day. */
const struct cycle_rule *cycle_rule_for(const struct cycle_rules *rules, int64_t policy_id,
                                        struct date ends_on, int64_t known_at_us);

/* The columns of cycle_heads.sql; the rule is the caller's to find. False: a policy that has no
 * cycle there. */
bool cycle_read(const PGresult *rows, int row, struct arena *arena, struct cycle *cycle);
void cycle_finish(struct cycle *cycle);
enum cycle_state cycle_state(const struct cycle *cycle, struct date today);

/* What asks are read from: results of the statements of these names, and what was known when. */
struct cycle_scene {
    const PGresult *asks, *reports, *mergers;
    const struct cycle_rules *rules;
    int64_t known_at_us;
};
/* NULL list: out of memory. */
struct cycle_asks cycle_read_asks(const struct cycle_scene *scene, struct arena *arena);
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
    struct cycle_rules rules;
    struct cycle cycle;
    struct cycle_asks asks;
    const PGresult *unsettled; /* as of now, whatever known_at is; valid inside done */
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

/* cycle_return.c: the return as of known_at; a ReturnMade as JSON, ready to be pushed. Where
 * known_at was given, what can only be told of now is left out and named in "not_judged". */
json_t *cycle_return_json(struct call *call, const struct cycle_one *one);

#endif
