/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/dead-letters: changes that ingest could not record, and what was decided about them. */
#include "api.h"

#include "base/bytes.h"
#include "image.h"
#include "sql.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_LETTERS = 100, PAGE_LETTERS_MAX = 500, ID_BYTES = 16, ID_HEX = 2 * ID_BYTES };

/* Columns of sql_dead_letters. */
enum {
    LETTER_ID,
    LETTER_SENDER,
    LETTER_KEY,
    LETTER_REASON,
    LETTER_SQLSTATE,
    LETTER_ATTEMPTS,
    LETTER_RECORDED_AT,
    LETTER_RECORDED_AT_US,
    LETTER_STATE,
    LETTER_DECIDED_BY,
    LETTER_WIPED,
    LETTER_REPLAY_ID,
    LETTER_REPLAY_OUTCOME,
    LETTER_REPLAY_CODE,
    LETTER_REVISION,
    LETTER_BODY,
};

static json_t *replay_json(const PGresult *rows, int row)
{
    const bool known = !store_is_null(rows, row, LETTER_REPLAY_OUTCOME);

    if (strcmp(store_text(rows, row, LETTER_STATE), "replayed") != 0)
        return NULL;
    return json_pack("{s:s,s:s?,s:s}", "id", store_text(rows, row, LETTER_REPLAY_ID), "outcome",
                     known ? store_text(rows, row, LETTER_REPLAY_OUTCOME) : NULL, "code",
                     store_text(rows, row, LETTER_REPLAY_CODE));
}

static json_t *letter_json(const PGresult *rows, int row, struct arena *arena)
{
    return json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:b,s:I,s:o*,s:o}", "id",
        store_text(rows, row, LETTER_ID), "sender", store_text(rows, row, LETTER_SENDER), "key",
        store_text(rows, row, LETTER_KEY), "reason", store_text(rows, row, LETTER_REASON),
        "sqlstate", store_text(rows, row, LETTER_SQLSTATE), "attempts",
        (json_int_t)store_int(rows, row, LETTER_ATTEMPTS), "recorded_at",
        store_text(rows, row, LETTER_RECORDED_AT), "state", store_text(rows, row, LETTER_STATE),
        "decided_by", store_text(rows, row, LETTER_DECIDED_BY), "redacted",
        store_bool(rows, row, LETTER_WIPED), "revision",
        (json_int_t)store_int(rows, row, LETTER_REVISION), "replay", replay_json(rows, row),
        "change", image_change(rows, row, LETTER_BODY, arena));
}

static void on_letters(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[0];
    const int n = PQntuples(rows);
    const char *next = NULL;
    json_t *letters = json_array();

    for (int row = 0; row < n; row++)
        json_array_append_new(letters, letter_json(rows, row, &call->arena));
    if (n == call->limit)
        next = arena_printf(
            &call->arena, "%s:%s:%s", store_text(rows, n - 1, LETTER_RECORDED_AT_US),
            store_text(rows, n - 1, LETTER_ID), store_text(rows, n - 1, LETTER_SENDER));
    call_json(call, json_pack("{s:o,s:s?}", "dead_letters", letters, "next", next));
}

static bool is_id(const char *text)
{
    uint8_t bytes[ID_BYTES];

    return bytes_from_hex(text, bytes, ID_BYTES);
}

/* "INSTANT:ID:SENDER", as `next` gives it. */
static bool put_after(struct call *call, struct store_args *args)
{
    const char *after = call_param(call, "after");
    char *id = NULL;
    long long us = after ? strtoll(after, &id, 10) : 0;

    if (after && (us <= 0 || *id != ':' || strlen(++id) <= ID_HEX + 1 || id[ID_HEX] != ':' ||
                  !is_id(arena_strndup(&call->arena, id, ID_HEX)))) {
        call_problem(call, 400, "PARAMETER_INVALID", NULL,
                     "after: expected what an earlier answer gave as next.");
        return false;
    }
    if (after)
        store_arg_int(args, us);
    else
        store_arg_text(args, NULL);
    store_arg_text(args, after ? arena_strndup(&call->arena, id, ID_HEX) : NULL);
    store_arg_text(args, after ? id + ID_HEX + 1 : NULL);
    return true;
}

void api_dead_letters(struct call *call)
{
    static const char *const names[] = {"id", "state", "after", "limit", NULL};
    static const char *const states[] = {"waiting", "replayed", "discarded", NULL};
    struct store_step step = call_step(call, sql_dead_letters);
    const char *id = call_param(call, "id");
    const char *state;

    if (!call_params_known(call, names) || !call_param_word(call, "state", states, &state) ||
        !call_param_int(call, "limit", PAGE_LETTERS, 1, PAGE_LETTERS_MAX, &call->limit))
        return;
    if (id && !is_id(id)) {
        call_problem(call, 400, "PARAMETER_INVALID", NULL, "id: expected 32 hexadecimal digits.");
        return;
    }
    store_arg_int(&step.args, call->reader.principal_id);
    store_arg_text(&step.args, id);
    store_arg_text(&step.args, state);
    if (!put_after(call, &step.args))
        return;
    store_arg_int(&step.args, call->limit);
    call_query(call, call->app->reads, &step, 1, on_letters);
}
