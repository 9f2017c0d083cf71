/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/conflicts and /v1/conflicts/N: changes that met, for people who read hq; nobody else
 * learns that there are any. Both sides stand group by group, each with who said it and when. */
#include "api.h"

#include "image.h"
#include "said.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_CONFLICTS = 100, PAGE_CONFLICTS_MAX = 500 };

/* Columns of sql_conflicts. */
enum {
    CONFLICT_NUMBER,
    CONFLICT_KEY,
    CONFLICT_KIND,
    CONFLICT_DOCUMENT,
    CONFLICT_BASE,
    CONFLICT_CURRENT,
    CONFLICT_PRESENT,
    CONFLICT_SENDER,
    CONFLICT_RECORDED_AT,
    CONFLICT_DECISION,
    CONFLICT_DECIDED_BY,
    CONFLICT_DECIDED_REVISION,
    CONFLICT_DECIDED_AT,
    CONFLICT_BODY,
};

/* Columns of sql_conflict_present. */
enum {
    PRESENT_GROUP_CHANGES,
    PRESENT_CHANGE_ID,
    PRESENT_REVISION,
    PRESENT_SENDER,
    PRESENT_RECORDED_AT,
    PRESENT_BODY,
};

/* A group may stand beside the decision in a change; it is no side of anything. */
static bool is_group(const char *name, const json_t *value)
{
    return json_is_object(value) && strcmp(name, "conflict_decision") != 0;
}

static json_t *group_names(const json_t *change)
{
    json_t *names = json_array();
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)change, name, value)
    {
        if (is_group(name, value))
            json_array_append_new(names, json_string(name));
    }
    return names;
}

static json_t *settlement(const PGresult *rows, int row)
{
    if (store_is_null(rows, row, CONFLICT_DECISION))
        return json_null();
    return json_pack("{s:s,s:s,s:I,s:s}", "decision", store_text(rows, row, CONFLICT_DECISION),
                     "decided_by", store_text(rows, row, CONFLICT_DECIDED_BY), "revision",
                     (json_int_t)store_int(rows, row, CONFLICT_DECIDED_REVISION), "recorded_at",
                     store_text(rows, row, CONFLICT_DECIDED_AT));
}

static json_t *conflict_json(const PGresult *rows, int row, const json_t *other)
{
    return json_pack("{s:I,s:s,s:s,s:s,s:I,s:I,s:I,s:s,s:s,s:o,s:o}", "conflict",
                     (json_int_t)store_int(rows, row, CONFLICT_NUMBER), "key",
                     store_text(rows, row, CONFLICT_KEY), "kind",
                     store_text(rows, row, CONFLICT_KIND), "document",
                     store_text(rows, row, CONFLICT_DOCUMENT), "base_revision",
                     (json_int_t)store_int(rows, row, CONFLICT_BASE), "current_revision",
                     (json_int_t)store_int(rows, row, CONFLICT_CURRENT), "revision",
                     (json_int_t)store_int(rows, row, CONFLICT_PRESENT), "sender",
                     store_text(rows, row, CONFLICT_SENDER), "recorded_at",
                     store_text(rows, row, CONFLICT_RECORDED_AT), "groups", group_names(other),
                     "settled", settlement(rows, row));
}

static struct store_step conflicts_step(struct call *call, bool all, int64_t after, int64_t most)
{
    struct store_step step = call_step(call, sql_conflicts);

    store_arg_int(&step.args, call->reader.principal_id);
    store_arg_bool(&step.args, all);
    store_arg_int(&step.args, after);
    store_arg_int(&step.args, most);
    return step;
}

/* The list ------------------------------------------------------------------------------------- */

static void on_conflicts(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[1];
    const int n = PQntuples(rows);
    const char *next = n && n >= call->limit ? store_text(rows, n - 1, CONFLICT_NUMBER) : NULL;
    json_t *list = json_array();

    if (PQntuples(results[0]) == 0) {
        json_decref(list);
        call_not_found(call);
        return;
    }
    for (int row = 0; row < n; row++) {
        json_t *other = image_change(rows, row, CONFLICT_BODY, &call->arena);

        json_array_append_new(list, conflict_json(rows, row, other));
        json_decref(other);
    }
    call_json(call, json_pack("{s:o,s:s?}", "conflicts", list, "next", next));
}

void api_conflicts(struct call *call)
{
    static const char *const names[] = {"all", "after", "limit", NULL};
    struct store_step steps[2];

    if (!call_params_known(call, names) ||
        !call_param_int(call, "after", 0, 0, INT64_MAX, &call->after) ||
        !call_param_int(call, "limit", PAGE_CONFLICTS, 1, PAGE_CONFLICTS_MAX, &call->limit))
        return;
    steps[0] = call_step(call, sql_reads_hq);
    store_arg_int(&steps[0].args, call->reader.principal_id);
    steps[1] = conflicts_step(call, call_param_set(call, "all"), call->after, call->limit);
    call_query(call, call->app->reads, steps, 2, on_conflicts);
}

/* One, both sides ------------------------------------------------------------------------------ */

/* Row of the change that the group stands in; -1: nobody ever said it. */
static int row_of_group(const PGresult *rows, const char *name, struct arena *arena)
{
    int n = 0;
    const int64_t *changes =
        PQntuples(rows) ? store_ints(rows, 0, PRESENT_GROUP_CHANGES, arena, &n) : NULL;

    for (int i = 0; changes && i < n; i++) {
        const char *known = image_group_name((uint32_t)(GROUP_FIRST + i));

        if (!known || strcmp(known, name) != 0)
            continue;
        for (int row = 0; changes[i] && row < PQntuples(rows); row++)
            if (store_int(rows, row, PRESENT_CHANGE_ID) == changes[i])
                return row;
    }
    return -1;
}

/* A side: what was said, by whom, when, and the same in a line for people. */
static json_t *present_side(const PGresult *rows, int row, const char *name, struct arena *arena)
{
    json_t *change, *value, *side;

    if (row < 0)
        return json_null();
    change = image_change(rows, row, PRESENT_BODY, arena);
    value = json_object_get(change, name);
    side = json_pack("{s:s,s:s,s:I,s:O?,s:s}", "sender", store_text(rows, row, PRESENT_SENDER),
                     "recorded_at", store_text(rows, row, PRESENT_RECORDED_AT), "revision",
                     (json_int_t)store_int(rows, row, PRESENT_REVISION), "value", value, "said",
                     value ? said_line(name, value, NULL, arena) : "Redacted");
    json_decref(change);
    return side;
}

/* changed: the present side is newer than what the other was based on. */
static json_t *group_json(struct call *call, PGresult *const *results, const char *name,
                          json_t *value)
{
    const PGresult *conflict = results[1];
    const int row = row_of_group(results[2], name, &call->arena);
    const int64_t revision = row < 0 ? 0 : store_int(results[2], row, PRESENT_REVISION);
    json_t *present = present_side(results[2], row, name, &call->arena);
    json_t *other =
        json_pack("{s:s,s:s,s:I,s:O,s:s}", "sender", store_text(conflict, 0, CONFLICT_SENDER),
                  "recorded_at", store_text(conflict, 0, CONFLICT_RECORDED_AT), "base_revision",
                  (json_int_t)store_int(conflict, 0, CONFLICT_BASE), "value", value, "said",
                  said_line(name, value, NULL, &call->arena));
    const bool differs = !json_equal(json_object_get(present, "value"), value);

    return json_pack("{s:s,s:s,s:b,s:b,s:o,s:o}", "group", name, "title", said_title(name),
                     "changed", revision > store_int(conflict, 0, CONFLICT_BASE), "differs",
                     differs, "present", present, "other", other);
}

static void on_conflict(struct call *call, PGresult *const *results)
{
    json_t *other, *answer, *sides, *value;
    const char *name;

    if (PQntuples(results[1]) == 0 ||
        store_int(results[1], 0, CONFLICT_NUMBER) != call->after + 1) {
        call_not_found(call);
        return;
    }
    other = image_change(results[1], 0, CONFLICT_BODY, &call->arena);
    answer = conflict_json(results[1], 0, other);
    sides = json_array();
    json_object_foreach(other, name, value)
    {
        if (is_group(name, value))
            json_array_append_new(sides, group_json(call, results, name, value));
    }
    json_object_set_new(answer, "sides", sides);
    json_object_set_new(answer, "other", other);
    call_json(call, answer);
}

/* The number as it is written, without sign or leading zeros; 0: it is none. */
static int64_t number_of(const char *text)
{
    const size_t len = strlen(text);

    if (len == 0 || len > 18 || text[0] == '0' || strspn(text, "0123456789") != len)
        return 0;
    return strtoll(text, NULL, 10);
}

void api_conflict(struct call *call)
{
    static const char *const names[] = {NULL};
    const int64_t number = number_of(call->wild);
    struct store_step steps[4];

    if (!call_params_known(call, names))
        return;
    if (!number) {
        call_not_found(call);
        return;
    }
    call->after = number - 1;
    steps[0] = call_step(call, sql_begin_snapshot);
    steps[1] = conflicts_step(call, true, call->after, 1);
    steps[2] = call_step(call, sql_conflict_present);
    store_arg_int(&steps[2].args, number);
    steps[3] = call_step(call, sql_commit);
    call_query(call, call->app->reads, steps, 4, on_conflict);
}
