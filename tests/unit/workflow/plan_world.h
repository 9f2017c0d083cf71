/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small register on the stack, planned for a day; the changes are written into a ledger in memory
 * as SQL would, and the next day is planned on top of it. Shared by the tests of planning.
 */
#ifndef UPTAKE_TESTS_PLAN_WORLD_H
#define UPTAKE_TESTS_PLAN_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan.h"

#include <stdlib.h>
#include <string.h>

enum {
    UNIT = 7,
    HEAD = 11,
    OVERSEER = 12,
    TOP = 13,
    REGION = 14,
    POLICY = 100,
    ACTION = 200,
    LEDGER_MAX = 2000
};

struct world {
    struct arena arena;
    struct plan_responsibility leads[4];
    struct answer_report reports[8];
    struct plan_action action;
    struct plan_version versions[4];
    struct plan_decision decisions[4];
    struct plan_policy policy;
    const struct holidays *holidays; /* the test's */
    struct plan_unit units[8];       /* by id */
    int nunits;
    struct obligation ledger[LEDGER_MAX];
    int nledger;
};

static inline struct date day(const char *text)
{
    struct date date;
    struct err err;

    assert_true(date_parse(text, "test", &date, &err));
    return date;
}

static inline const char *text_of(struct date date)
{
    static char texts[4][DATE_TEXT];
    static int next;

    next = (next + 1) % 4;
    date_format(date, texts[next]);
    return texts[next];
}

static const struct plan_responsibility sure_lead = {
    .unit_id = UNIT, .unit_kind = PLAN_UNIT_UNIT, .has_address = true, .role = ROLE_LEAD};

static inline int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    if (!world)
        return -1;
    world->leads[0] = sure_lead;
    world->action = (struct plan_action){.action_id = ACTION,
                                         .progress = PROGRESS_ONGOING,
                                         .anchor = {2025, 8, 31},
                                         .document = "drill",
                                         .responsibilities = world->leads,
                                         .nresponsibilities = 1,
                                         .reports = world->reports};
    world->versions[0] = (struct plan_version){.trigger = PLAN_INTERVAL,
                                               .interval_months = 6,
                                               .go_live_on = {2025, 9, 1},
                                               .steps = {-30, -7, 0, 14},
                                               .nsteps = 4,
                                               .overseer_id = OVERSEER,
                                               .active = true};
    world->policy = (struct plan_policy){.policy_id = POLICY,
                                         .versions = world->versions,
                                         .nversions = 1,
                                         .decisions = world->decisions};
    /* Whom each REPORTS TO; REGION is where the unit lies and nobody's head. */
    world->nunits = 6;
    world->units[0] = (struct plan_unit){UNIT, PLAN_UNIT_UNIT, true, HEAD, NULL};
    world->units[1] = (struct plan_unit){UNIT + 1, PLAN_UNIT_UNIT, true, HEAD, NULL};
    world->units[2] = (struct plan_unit){HEAD, PLAN_UNIT_UNIT, true, TOP, NULL};
    world->units[3] = (struct plan_unit){OVERSEER, PLAN_UNIT_UNIT, true, TOP, NULL};
    world->units[4] = (struct plan_unit){TOP, PLAN_UNIT_POST, true, 0, NULL};
    world->units[5] = (struct plan_unit){REGION, PLAN_UNIT_UNIT, true, TOP, NULL};
    *state = world;
    return 0;
}

static inline int teardown(void **state)
{
    struct world *world = *state;

    arena_finish(&world->arena);
    free(world);
    return 0;
}

static inline struct obligation *row_for(struct world *world, int cycle, int step,
                                         int64_t recipient_id)
{
    for (int i = 0; i < world->nledger; i++)
        if (world->ledger[i].cycle == cycle && world->ledger[i].step == step &&
            world->ledger[i].recipient_id == recipient_id)
            return &world->ledger[i];
    return NULL;
}

static inline struct obligation *row_of(struct world *world, int cycle, int step)
{
    return row_for(world, cycle, step, UNIT);
}

static inline void write_row(struct world *world, const struct obligation *change)
{
    for (int i = 0; i < world->nledger; i++) {
        struct obligation *row = &world->ledger[i];
        if (row->policy_id == change->policy_id && row->subject_id == change->subject_id &&
            row->cycle == change->cycle && row->step == change->step &&
            row->recipient_id == change->recipient_id) {
            assert_true(row->state != OBLIGATION_CLAIMED && row->state != OBLIGATION_SENT);
            *row = *change;
            return;
        }
    }
    assert_true(world->nledger < LEDGER_MAX);
    world->ledger[world->nledger++] = *change;
}

/* Plans and writes; the number of changes. */
static inline int plan_on(struct world *world, const char *today)
{
    struct plan_input input = {.today = day(today),
                               .holidays = world->holidays,
                               .policies = &world->policy,
                               .npolicies = 1,
                               .units = world->units,
                               .nunits = world->nunits,
                               .actions = &world->action,
                               .nactions = 1,
                               .ledger = world->ledger,
                               .nledger = world->nledger};
    struct plan_changes changes;
    struct err err;

    assert_true(plan(&input, &world->arena, &changes, &err));
    for (int i = 0; i < changes.n; i++)
        write_row(world, &changes.rows[i]);
    return changes.n;
}

/* What the claim takes on that day is sent; the number of mails' worth. */
static inline int send_on(struct world *world, const char *today)
{
    int n = 0;

    for (int i = 0; i < world->nledger; i++)
        if (world->ledger[i].state == OBLIGATION_PLANNED && !world->ledger[i].held &&
            date_compare(world->ledger[i].send_on, day(today)) <= 0) {
            world->ledger[i].state = OBLIGATION_SENT;
            world->ledger[i].digest_on = day(today);
            world->ledger[i].reason = "the mail server accepted it";
            n++;
        }
    return n;
}

static inline int count(const struct world *world, enum obligation_state state)
{
    int n = 0;

    for (int i = 0; i < world->nledger; i++)
        n += world->ledger[i].state == state;
    return n;
}

/* A report that came in on a day. */
static inline void report(struct world *world, const char *recorded_on, const char *reported_on)
{
    world->reports[world->action.nreports++] = (struct answer_report){
        day(recorded_on), reported_on ? day(reported_on) : (struct date){0}, 0};
}

/* Another version of the policy, as the newest but in what the caller then changes. */
static inline struct plan_version *amend(struct world *world, const char *in_force_from)
{
    struct plan_version *version = &world->versions[world->policy.nversions++];

    *version = version[-1];
    version->in_force_from = in_force_from ? day(in_force_from) : (struct date){0};
    return version;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
