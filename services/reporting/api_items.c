/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include "about.h"
#include "base/bytes.h"
#include "image.h"
#include "said.h"
#include "sql.h"
#include "wire/wire.h"

#include <string.h>

enum { PROGRESS_REPORT = 23 }; /* field number in Change */

/* GET /v1/items/KEY ---------------------------------------------------------------------------- */

static void on_item(struct call *call, PGresult *const *results)
{
    if (PQntuples(results[ABOUT_ITEM]) == 0)
        call_not_found(call);
    else
        call_json(call, about_json(results, &call->arena));
}

void api_item(struct call *call)
{
    struct store_step steps[ABOUT_STEPS];

    if (!call_param_on(call))
        return;
    about_steps(call, steps);
    call_query(call, call->app->reads, steps, ABOUT_STEPS, on_item);
}

/* GET /v1/history/KEY: oldest first, page by page -----------------------------------------------
 */

enum { PAGE_HISTORY = 100, PAGE_HISTORY_MAX = 500 };

static json_t *history_json(struct call *call, PGresult *const *results)
{
    const PGresult *item = results[1];
    json_t *entries = said_history(results[2], call->after, results[3], &call->arena);
    const size_t n = json_array_size(entries);
    const json_t *last = json_object_get(json_array_get(entries, n ? n - 1 : 0), "revision");
    const char *next =
        n && (int64_t)n >= call->limit
            ? arena_printf(&call->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(last))
            : NULL;

    return json_pack("{s:s,s:s,s:s,s:I,s:o,s:s?}", "key", store_text(item, 0, IMAGE_KEY), "kind",
                     store_text(item, 0, IMAGE_KIND), "document",
                     store_text(item, 0, IMAGE_DOCUMENT), "revision",
                     (json_int_t)store_int(item, 0, IMAGE_REVISION), "history", entries, "next",
                     next);
}

static void on_history(struct call *call, PGresult *const *results)
{
    if (PQntuples(results[1]) == 0)
        call_not_found(call);
    else
        call_json(call, history_json(call, results));
}

void api_history(struct call *call)
{
    struct store_step steps[] = {call_step(call, sql_begin_snapshot), call_step(call, sql_item),
                                 call_step(call, sql_history_page),
                                 call_step(call, sql_source_names), call_step(call, sql_commit)};

    if (!call_param_int(call, "after", 0, 0, INT32_MAX, &call->after) ||
        !call_param_int(call, "limit", PAGE_HISTORY, 1, PAGE_HISTORY_MAX, &call->limit))
        return;
    for (int i = 1; i <= 3; i++) {
        store_arg_text(&steps[i].args, call->wild);
        store_arg_int(&steps[i].args, call->reader.principal_id);
    }
    store_arg_int(&steps[2].args, call->after);
    store_arg_int(&steps[2].args, call->limit);
    call_query(call, call->app->reads, steps, 5, on_history);
}

/* GET /v1/documents/KEY/state ------------------------------------------------------------------ */

/* Columns of sql_document_state. */
enum { STATE_KEY, STATE_KIND, STATE_REVISION, STATE_GROUP_CHANGES, STATE_CHANGE_ID, STATE_BODY };

static json_t *hash_of(const uint8_t *bytes, size_t len)
{
    uint8_t hash[SHA256_BYTES];
    char hex[SHA256_HEX];

    sha256(bytes, len, hash);
    bytes_to_hex(hash, sizeof(hash), hex);
    return json_string(hex);
}

struct state {
    json_t *groups;
    json_t *progress;
    const int64_t *group_changes;
    int ngroups;
};

/* Hashes of what this change says: of each group it was the last to touch, and of its report. */
static void add_change(struct state *state, const uint8_t *body, size_t len, int64_t change_id)
{
    const uint8_t *group;
    size_t group_len;

    for (int i = 0; i < state->ngroups; i++) {
        const char *name = image_group_name((uint32_t)(GROUP_FIRST + i));

        if (name && state->group_changes[i] == change_id &&
            wire_field(body, len, (uint32_t)(GROUP_FIRST + i), &group, &group_len))
            json_object_set_new(state->groups, name, hash_of(group, group_len));
    }
    if (wire_field(body, len, PROGRESS_REPORT, &group, &group_len))
        json_array_append_new(state->progress, hash_of(group, group_len));
}

static json_t *item_state(const PGresult *rows, int *row, struct arena *arena)
{
    const int first = *row;
    const char *key = store_text(rows, first, STATE_KEY);
    struct state state = {.groups = json_object(), .progress = json_array()};

    state.group_changes = store_ints(rows, first, STATE_GROUP_CHANGES, arena, &state.ngroups);
    if (!state.group_changes)
        state.ngroups = 0;
    for (; *row < PQntuples(rows) && strcmp(store_text(rows, *row, STATE_KEY), key) == 0; ++*row) {
        size_t len;
        const uint8_t *body = store_bytes(rows, *row, STATE_BODY, arena, &len);

        if (body)
            add_change(&state, body, len, store_int(rows, *row, STATE_CHANGE_ID));
    }
    return json_pack("{s:s,s:s,s:I,s:o,s:o}", "key", key, "kind",
                     store_text(rows, first, STATE_KIND), "revision",
                     (json_int_t)store_int(rows, first, STATE_REVISION), "groups", state.groups,
                     "progress_history", state.progress);
}

static void on_state(struct call *call, PGresult *const *results)
{
    json_t *items = json_array();

    for (int row = 0; row < PQntuples(results[0]);)
        json_array_append_new(items, item_state(results[0], &row, &call->arena));
    call_json(call, json_pack("{s:s,s:o}", "document", call->wild, "items", items));
}

/* A document that is not there yet has no items: for import that is an answer, not an error. */
void api_document_state(struct call *call)
{
    struct store_step step = call_step(call, sql_document_state);

    store_arg_text(&step.args, call->wild);
    store_arg_int(&step.args, call->reader.principal_id);
    call_query(call, call->app->reads, &step, 1, on_state);
}
