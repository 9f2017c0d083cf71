/* SPDX-License-Identifier: Apache-2.0 */
#include "cycles.h"

#include "image.h"

#include <stdio.h>
#include <string.h>

/* Columns of sql_cycle_heads. */
enum {
    HEAD_POLICY_ID,
    HEAD_POLICY,
    HEAD_TITLE,
    HEAD_OVERSEER,
    HEAD_ENDS_ON,
    HEAD_FIRST_ON,
    HEAD_REVISION,
    HEAD_DECISION,
    HEAD_DECIDED_AT,
    HEAD_RETURN,
    HEAD_RETURN_AT,
    HEAD_RETURN_BEFORE,
    HEAD_FEED_END,
};

static const char *const state_words[] = {
    [CYCLE_NOT_ASKED] = "not_asked", [CYCLE_UPCOMING] = "upcoming", [CYCLE_ANNOUNCED] = "announced",
    [CYCLE_CONFIRMED] = "confirmed", [CYCLE_OPEN] = "open",         [CYCLE_HELD] = "held",
    [CYCLE_CLOSED] = "closed",
};

const char *cycle_state_word(enum cycle_state state)
{
    return state_words[state];
}

/* The group of the change in a column; NULL: none, or redacted. */
static json_t *read_group(const PGresult *rows, int row, int column, const char *name,
                          struct arena *arena)
{
    json_t *change =
        store_is_null(rows, row, column) ? NULL : image_change(rows, row, column, arena);
    json_t *group = json_incref(json_object_get(change, name));

    json_decref(change);
    return group;
}

bool cycle_read(const PGresult *rows, int row, struct arena *arena, struct cycle *cycle)
{
    *cycle = (struct cycle){
        .policy_id = store_int(rows, row, HEAD_POLICY_ID),
        .policy = arena_strdup(arena, store_text(rows, row, HEAD_POLICY)),
        .title = arena_strdup(arena, store_text(rows, row, HEAD_TITLE)),
        .overseer = arena_strdup(arena, store_text(rows, row, HEAD_OVERSEER)),
        .ends_on = store_day(rows, row, HEAD_ENDS_ON),
        .first_on = store_day(rows, row, HEAD_FIRST_ON),
        .revision = store_int(rows, row, HEAD_REVISION),
        .decided_at = arena_strdup(arena, store_text(rows, row, HEAD_DECIDED_AT)),
        .made_at = arena_strdup(arena, store_text(rows, row, HEAD_RETURN_AT)),
        .decision = read_group(rows, row, HEAD_DECISION, "cycle_decision", arena),
        .made = read_group(rows, row, HEAD_RETURN, "return_made", arena),
        .made_before = read_group(rows, row, HEAD_RETURN_BEFORE, "return_made", arena),
        .head_us = store_int(rows, row, HEAD_FEED_END),
    };
    return !date_is_none(cycle->ends_on);
}

void cycle_finish(struct cycle *cycle)
{
    json_decref(cycle->decision);
    json_decref(cycle->made);
    json_decref(cycle->made_before);
    cycle->decision = cycle->made = cycle->made_before = NULL;
}

static const char *word_of(const struct cycle *cycle)
{
    const char *word = json_string_value(json_object_get(cycle->decision, "decision"));

    return word ? word : "";
}

/* A step may be put off to a working day, so the day as planned goes before the rule's. */
static struct date first_day(const struct cycle *cycle)
{
    const int first_step = cycle->rule ? cycle->rule->first_step : 0;

    return date_is_none(cycle->first_on) ? date_add_days(cycle->ends_on, first_step)
                                         : cycle->first_on;
}

enum cycle_state cycle_state(const struct cycle *cycle, struct date today)
{
    const struct date first_on = first_day(cycle);
    const char *word = word_of(cycle);

    if (strcmp(word, "closed") == 0)
        return CYCLE_CLOSED;
    if (cycle->rule && date_compare(cycle->ends_on, cycle->rule->go_live_on) < 0)
        return CYCLE_NOT_ASKED;
    if (strcmp(word, "held") == 0)
        return CYCLE_HELD;
    if (strcmp(word, "opened") == 0 || date_compare(first_on, today) <= 0)
        return CYCLE_OPEN;
    if (strcmp(word, "confirmed") == 0)
        return CYCLE_CONFIRMED;
    return date_compare(date_add_days(first_on, -CYCLES_ANNOUNCED_DAYS), today) <= 0
               ? CYCLE_ANNOUNCED
               : CYCLE_UPCOMING;
}

static json_t *day_json(struct date day)
{
    char text[DATE_TEXT];

    if (date_is_none(day))
        return json_null();
    date_format(day, text);
    return json_string(text);
}

static json_t *counts_json(const struct cycle_counts *counts)
{
    return json_pack("{s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i}", "questions", counts->questions, "units",
                     counts->units, "asked", counts->asked, "answered", counts->answered, "late",
                     counts->late, "not_answered", counts->asked - counts->answered,
                     "answered_unasked", counts->unasked, "refused_by_mail_server",
                     counts->refused);
}

json_t *cycle_json(const struct call *call, const struct cycle *cycle,
                   const struct cycle_counts *counts)
{
    const struct date first_on = first_day(cycle);
    char ends_on[DATE_TEXT];

    date_format(cycle->ends_on, ends_on);
    return json_pack("{s:o,s:s,s:s,s:s,s:o,s:o,s:o,s:s,s:s,s:O?,s:s,s:s,s:I,s:o}", "key",
                     json_sprintf("cycle:%s:%s", strchr(cycle->policy, ':') + 1, ends_on), "policy",
                     cycle->policy, "title", cycle->title, "trigger",
                     cycle->rule && cycle->rule->is_deadline ? "deadline" : "interval", "ends_on",
                     day_json(cycle->ends_on), "announced_on",
                     day_json(date_add_days(first_on, -CYCLES_ANNOUNCED_DAYS)), "first_step_on",
                     day_json(first_on), "state", cycle_state_word(cycle_state(cycle, call->today)),
                     "overseer", cycle->overseer, "decision", cycle->decision, "decided_at",
                     cycle->decided_at, "return_made_at", cycle->made_at, "revision",
                     (json_int_t)cycle->revision, "counts", counts_json(counts));
}
