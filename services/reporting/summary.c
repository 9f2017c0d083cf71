/* SPDX-License-Identifier: Apache-2.0 */
#include "summary.h"

#include "sql.h"

#include <string.h>

static const struct {
    const char *name;
    const char *words[SUMMARY_WORDS_MAX + 1];
} axes[SUMMARY_AXES] = {
    {"position",
     {"accepted", "accepted_with_changes", "partially_accepted", "not_accepted", "noted",
      "under_consideration", "not_relevant", "none_given", NULL}},
    {"progress",
     {"not_started", "initiated", "ongoing", "completed", "cancelled", "superseded",
      "no_longer_applicable", "unknown", NULL}},
    {"time",
     {"overdue", "due_soon", "not_due", "no_deadline", "suggested_period_elapsed", "not_applicable",
      NULL}},
};

struct store_step summary_step(struct call *call)
{
    const bool past = date_compare(call->on, call->today) < 0;
    struct store_step step = call_step(call, past ? sql_summary_past : sql_summary_now);

    store_arg_int(&step.args, call->scope.id);
    store_arg_text(&step.args, call->on_text);
    if (past)
        store_arg_text(&step.args, call->today_text);
    return step;
}

static int64_t count_of(const struct summary_axis *axis, const char *word)
{
    for (int i = 0; i < axis->ncounts; i++)
        if (strcmp(axis->counts[i].word, word) == 0)
            return axis->counts[i].n;
    return 0;
}

static void add(struct summary *summary, const char *axis_name, const char *word, int64_t n)
{
    for (int a = 0; a < SUMMARY_AXES; a++) {
        struct summary_axis *axis = &summary->axes[a];

        if (strcmp(axis->name, axis_name) != 0)
            continue;
        axis->total += n;
        for (int i = 0; i < axis->ncounts; i++)
            if (strcmp(axis->counts[i].word, word) == 0)
                axis->counts[i].n += n;
    }
}

/* A State is not chased: what it owes is in no rate of lateness. */
static void make_rates(struct summary *summary, int64_t chased)
{
    const struct summary_axis *position = &summary->axes[SUMMARY_POSITION];
    const struct summary_axis *progress = &summary->axes[SUMMARY_PROGRESS];
    const struct summary_axis *time = &summary->axes[SUMMARY_TIME];
    const int64_t accepted = count_of(position, "accepted") +
                             count_of(position, "accepted_with_changes") +
                             count_of(position, "partially_accepted");

    summary->rates[0] =
        (struct summary_rate){"overdue", "actions overdue / actions still open, without a State's",
                              count_of(time, "overdue"), chased};
    summary->rates[1] = (struct summary_rate){"completed", "actions completed / all actions",
                                              count_of(progress, "completed"), progress->total};
    summary->rates[2] =
        (struct summary_rate){"reported", "actions with a known progress / all actions",
                              progress->total - count_of(progress, "unknown"), progress->total};
    summary->rates[3] = (struct summary_rate){
        "accepted",
        "recommendations accepted, also with changes or in part / those with a position", accepted,
        position->total - count_of(position, "none_given")};
}

void summary_read(struct summary *summary, const PGresult *rows)
{
    int64_t chased = 0;

    *summary = (struct summary){0};
    for (int a = 0; a < SUMMARY_AXES; a++) {
        struct summary_axis *axis = &summary->axes[a];

        axis->name = axes[a].name;
        while (axes[a].words[axis->ncounts]) {
            axis->counts[axis->ncounts].word = axes[a].words[axis->ncounts];
            axis->ncounts++;
        }
    }
    for (int row = 0; row < PQntuples(rows); row++) {
        if (strcmp(store_text(rows, row, 0), "chased") == 0)
            chased = store_int(rows, row, 2);
        add(summary, store_text(rows, row, 0), store_text(rows, row, 1), store_int(rows, row, 2));
    }
    make_rates(summary, chased);
}
