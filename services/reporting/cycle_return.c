/* SPDX-License-Identifier: Apache-2.0 */
/* The return of a cycle: counted from rows that anybody can count again, whose canonical text is
 * what the hash is over. services/workflow/README.md says how the text is written. */
#include "cycles.h"

#include "base/bytes.h"

#include <string.h>
#include <time.h>

enum { FIGURES_MAX = 64 };

/* The canonical text --------------------------------------------------------------------------- */

static void put_day(struct text_buffer *text, struct date day)
{
    char written[DATE_TEXT] = "-";

    if (!date_is_none(day))
        date_format(day, written);
    text_put_format(text, "\t%s", written);
}

static const char *outcome_of(const struct cycle_ask *ask)
{
    if (date_is_none(ask->answered_on))
        return "not_answered";
    return ask->late ? "late" : "in_time";
}

/* Rows stand in order of unit, then action; only what was asked is counted. */
static bool hash_rows(const struct cycle_one *one, uint8_t hash[SHA256_BYTES])
{
    struct text_buffer text = {0};
    bool good;

    text_put_format(&text, "uptake-return 1\t%s", one->policy);
    put_day(&text, one->ends_on);
    text_put(&text, "\n");
    for (int i = 0; i < one->asks.n; i++) {
        const struct cycle_ask *ask = &one->asks.list[i];
        if (date_is_none(ask->asked_on))
            continue;
        text_put_format(&text, "%s\t%s", ask->unit, ask->action);
        put_day(&text, ask->asked_on);
        put_day(&text, ask->answered_on);
        text_put_format(&text, "\t%s\t%s\t%s\n", outcome_of(ask), ask->before, ask->after);
    }
    good = !text.failed;
    if (good)
        sha256(text.text, text.len, hash);
    text_buffer_finish(&text);
    return good;
}

/* Rows ----------------------------------------------------------------------------------------- */

/* The row of the unit and office, made when it is first needed; borrowed. */
static json_t *row_for(json_t *rows, const struct cycle_ask *ask)
{
    json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "unit")), ask->unit) == 0 &&
            strcmp(json_string_value(json_object_get(row, "office")), ask->office) == 0)
            return row;
    }
    row = json_pack("{s:s,s:s,s:i,s:i,s:i,s:i}", "unit", ask->unit, "office", ask->office, "asked",
                    0, "answered", 0, "late", 0, "not_answered", 0);
    json_array_append_new(rows, row);
    return row;
}

static void add_one(json_t *row, const char *name)
{
    json_t *count = json_object_get(row, name);

    json_integer_set(count, json_integer_value(count) + 1);
}

static json_t *rows_json(const struct cycle_asks *asks)
{
    json_t *rows = json_array();

    for (int i = 0; i < asks->n; i++) {
        const struct cycle_ask *ask = &asks->list[i];
        const bool is_answered = !date_is_none(ask->answered_on);
        json_t *row;

        if (date_is_none(ask->asked_on))
            continue;
        row = row_for(rows, ask);
        add_one(row, "asked");
        add_one(row, is_answered ? "answered" : "not_answered");
        if (ask->late)
            add_one(row, "late");
    }
    return rows;
}

/* Figures -------------------------------------------------------------------------------------- */

static void add_figure(json_t *figures, const char *name, const char *formula, int numerator,
                       int denominator)
{
    json_array_append_new(figures, json_pack("{s:s,s:s,s:i,s:i}", "name", name, "formula", formula,
                                             "numerator", numerator, "denominator", denominator));
}

static bool is_asked(const struct cycle_ask *ask)
{
    return !date_is_none(ask->asked_on);
}

static bool is_same_move(const struct cycle_ask *a, const struct cycle_ask *b)
{
    return strcmp(a->before, b->before) == 0 && strcmp(a->after, b->after) == 0;
}

/* Each way in which progress moved among the questions asked, told where it is first met. */
static void add_moves(json_t *figures, const struct cycle_asks *asks, int asked,
                      struct arena *arena)
{
    for (int i = 0; i < asks->n && json_array_size(figures) < FIGURES_MAX; i++) {
        const struct cycle_ask *move = &asks->list[i];
        const char *name;
        int n = 0;

        if (!is_asked(move) || strcmp(move->before, move->after) == 0)
            continue;
        for (int k = 0; k < asks->n; k++) {
            if (!is_asked(&asks->list[k]) || !is_same_move(move, &asks->list[k]))
                continue;
            n = k < i ? asks->n + 1 : n + 1; /* told before */
            if (n > asks->n)
                break;
        }
        name = arena_printf(arena, "moved %s to %s", move->before, move->after);
        if (n <= asks->n && name)
            add_figure(figures, name,
                       "questions whose action moved so since the last return / asked", n, asked);
    }
}

/* What follows no instant that has passed: neither the ledger nor the directory keeps what it was.
 */
static void add_present(json_t *figures, const struct cycle_one *one,
                        const struct cycle_counts *counts)
{
    add_figure(figures, "refused by the mail server",
               "not asked because no mail was taken / questions the policy asks in the cycle",
               counts->refused, counts->questions);
    add_figure(figures, "unsettled",
               "responsibilities nobody could be asked for / these and the questions asked",
               PQntuples(one->unsettled), PQntuples(one->unsettled) + counts->asked);
}

static json_t *figures_json(struct call *call, const struct cycle_one *one,
                            const struct cycle_counts *counts)
{
    json_t *figures = json_array();
    int moved = 0;

    for (int i = 0; i < one->asks.n; i++)
        moved += is_asked(&one->asks.list[i]) &&
                 strcmp(one->asks.list[i].before, one->asks.list[i].after) != 0;
    add_figure(figures, "answered", "answered / asked", counts->answered, counts->asked);
    add_figure(figures, "in time", "answered by the last day of the cycle / asked",
               counts->answered - counts->late, counts->asked);
    add_figure(figures, "coverage", "asked / questions the policy asks in the cycle", counts->asked,
               counts->questions);
    add_figure(figures, "answered unasked",
               "answered before anybody had to ask / questions the policy asks in the cycle",
               counts->unasked, counts->questions);
    if (!one->is_known_given)
        add_present(figures, one, counts);
    add_figure(figures, "moved",
               "questions whose action's progress moved since the last return / asked", moved,
               counts->asked);
    add_moves(figures, &one->asks, counts->asked, &call->arena);
    return figures;
}

static json_t *instant_json(int64_t us)
{
    const time_t at = (time_t)(us / 1000000);
    struct tm utc;
    char text[32];

    gmtime_r(&at, &utc);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    return json_sprintf("%s.%06dZ", text, (int)(us % 1000000));
}

json_t *cycle_return_json(struct call *call, const struct cycle_one *one)
{
    const struct cycle_counts counts = cycle_count(&one->cycle, &one->asks);
    uint8_t hash[SHA256_BYTES];
    char hex[SHA256_HEX];
    json_t *made;

    if (!hash_rows(one, hash))
        return NULL;
    bytes_to_hex(hash, sizeof(hash), hex);
    made = json_pack("{s:s,s:o,s:o,s:s,s:o}", "made_on", call->today_text, "rows",
                     rows_json(&one->asks), "figures", figures_json(call, one, &counts),
                     "rows_sha256", hex, "known_at", instant_json(one->known_at_us));
    if (one->is_known_given)
        json_object_set_new(
            made, "not_judged",
            json_pack("[s,s,s]", "parts_not_accepted", "refused by the mail server", "unsettled"));
    else
        json_object_set_new(made, "parts_not_accepted", json_integer(PQntuples(one->excluded)));
    return made;
}
