/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include "feed.h"
#include "image.h"
#include "sql.h"
#include "uptake/v1/words.pb-c.h"

#include <string.h>

static const int64_t seq_max = INT64_C(1) << 62;

enum { PAGE_ENTRIES = 500, PAGE_ENTRIES_MAX = 1000, PAGE_ITEMS = 200, PAGE_ITEMS_MAX = 1000 };

/* GET /v1/scopes ------------------------------------------------------------------------------- */

static void on_scopes(struct call *call, PGresult *const *results)
{
    const PGresult *rows = results[0];
    json_t *scopes = json_array();

    for (int row = 0; row < PQntuples(rows); row++)
        json_array_append_new(
            scopes, json_pack("{s:s,s:s,s:I,s:s}", "name", store_text(rows, row, 0), "kind",
                              store_text(rows, row, 1), "seq", (json_int_t)store_int(rows, row, 2),
                              "epoch", store_text(rows, row, 3)));
    call_json(call, json_pack("{s:o}", "scopes", scopes));
}

void api_scopes(struct call *call)
{
    struct store_step step = call_step(call, sql_scopes);

    store_arg_int(&step.args, call->reader.principal_id);
    call_query(call, call->app->quick, &step, 1, on_scopes);
}

/* GET /v1/scopes/SCOPE/snapshot -------------------------------------------------------------------
 */

static json_t *snapshot_item(const PGresult *rows, int *row, struct arena *arena)
{
    const int first = *row;
    json_t *image = image_next(rows, row, arena);

    return image ? json_pack("{s:s,s:s,s:s,s:I,s:o}", "key", store_text(rows, first, IMAGE_KEY),
                             "kind", store_text(rows, first, IMAGE_KIND), "document",
                             store_text(rows, first, IMAGE_DOCUMENT), "revision",
                             (json_int_t)store_int(rows, first, IMAGE_REVISION), "change", image)
                 : NULL;
}

static void on_snapshot(struct call *call, PGresult *const *results)
{
    const PGresult *head = results[1];
    const PGresult *rows = results[2];
    json_t *items = json_array();
    bool whole = items != NULL;

    for (int row = 0; whole && row < PQntuples(rows);)
        whole = json_array_append_new(items, snapshot_item(rows, &row, &call->arena)) == 0;
    if (!whole) {
        json_decref(items);
        call_json(call, NULL);
        return;
    }
    call_json(call, json_pack("{s:s,s:s,s:I,s:s,s:o}", "scope", call->scope.name, "epoch",
                              store_text(head, 0, 0), "seq", (json_int_t)store_int(head, 0, 1),
                              "chain", store_text(head, 0, 2), "items", items));
}

void api_snapshot(struct call *call)
{
    struct store_step steps[] = {call_step(call, sql_begin_snapshot), call_step(call, sql_cursor),
                                 call_step(call, sql_snapshot_items), call_step(call, sql_commit)};
    const char *kind;
    int64_t limit;

    if (!call_param_int(call, "limit", PAGE_ITEMS, 1, PAGE_ITEMS_MAX, &limit) ||
        !call_param_enum(call, "kind", &uptake__v1__item_kind__descriptor, &kind))
        return;
    store_arg_int(&steps[1].args, call->scope.id);
    store_arg_int(&steps[1].args, 0);
    store_arg_int(&steps[2].args, call->scope.id);
    store_arg_text(&steps[2].args, kind);
    store_arg_text(&steps[2].args, call_param(call, "document"));
    store_arg_text(&steps[2].args, call_param(call, "after_key"));
    store_arg_int(&steps[2].args, limit);
    call_query(call, call->app->reads, steps, 4, on_snapshot);
}

/* GET /v1/scopes/SCOPE/changes --------------------------------------------------------------------
 */

/* Columns of sql_cursor. */
enum { CURSOR_EPOCH, CURSOR_SEQ, CURSOR_CHAIN, CURSOR_CHAIN_AT, CURSOR_LOW_WATER };

/* Why a reader's cursor is of no use any more; NULL: it is. */
static const char *resync_reason(const struct call *call, const PGresult *cursor, int64_t after)
{
    const char *epoch = call_param(call, "epoch");
    const char *chain = call_param(call, "chain");

    if (epoch && strcmp(epoch, store_text(cursor, 0, CURSOR_EPOCH)) != 0)
        return "EPOCH_CHANGED";
    if (after > store_int(cursor, 0, CURSOR_SEQ))
        return "CURSOR_AHEAD";
    if (after > 0 && after < store_int(cursor, 0, CURSOR_LOW_WATER))
        return "CURSOR_TOO_OLD";
    if (chain && !store_is_null(cursor, 0, CURSOR_CHAIN_AT) &&
        strcmp(chain, store_text(cursor, 0, CURSOR_CHAIN_AT)) != 0)
        return "DIVERGED";
    return NULL;
}

static json_t *entry(const PGresult *rows, int row, struct arena *arena)
{
    json_t *change = image_change(rows, row, 5, arena);

    return change
               ? json_pack("{s:I,s:s,s:s,s:s,s:s,s:o}", "seq", (json_int_t)store_int(rows, row, 0),
                           "operation", store_text(rows, row, 1), "change_id",
                           store_text(rows, row, 2), "recorded_at", store_text(rows, row, 3),
                           "sha256", store_text(rows, row, 4), "change", change)
               : NULL;
}

static void answer_changes(struct call *call, const PGresult *cursor, const PGresult *rows,
                           int64_t after)
{
    const int n = PQntuples(rows);
    const int64_t head = store_int(cursor, 0, CURSOR_SEQ);
    const int64_t to = n ? store_int(rows, n - 1, 7) : after;
    json_t *entries = json_array();
    bool whole = entries != NULL;

    for (int row = 0; whole && row < n; row++)
        whole = json_array_append_new(entries, entry(rows, row, &call->arena)) == 0;
    if (!whole) {
        json_decref(entries);
        call_json(call, NULL);
        return;
    }
    call_json(call,
              json_pack("{s:s,s:s,s:I,s:I,s:I,s:s,s:b,s:o}", "scope", call->scope.name, "epoch",
                        store_text(cursor, 0, CURSOR_EPOCH), "from_seq", (json_int_t)after,
                        "to_seq", (json_int_t)to, "head_seq", (json_int_t)head, "chain",
                        n ? store_text(rows, n - 1, 6) : store_text(cursor, 0, CURSOR_CHAIN_AT),
                        "up_to_date", to == head, "entries", entries));
}

static void on_changes(struct call *call, PGresult *const *results)
{
    const PGresult *cursor = results[1];
    const char *reason;
    int64_t after;

    if (!call_param_int(call, "after", 0, 0, seq_max, &after))
        return;
    reason = resync_reason(call, cursor, after);
    if (reason)
        call_problem(call, 409, "RESYNC_REQUIRED", reason,
                     "Discard what you hold of this scope and take a snapshot.");
    else if (store_is_null(cursor, 0, CURSOR_CHAIN_AT))
        call_problem(call, 400, "CURSOR_INVALID", NULL,
                     "after: expected the to_seq of an earlier answer, or 0.");
    else
        answer_changes(call, cursor, results[2], after);
}

void api_changes(struct call *call)
{
    struct store_step steps[] = {call_step(call, sql_begin_snapshot), call_step(call, sql_cursor),
                                 call_step(call, sql_changes_page), call_step(call, sql_commit)};
    int64_t after, limit;

    if (!call_param_int(call, "after", 0, 0, seq_max, &after) ||
        !call_param_int(call, "limit", PAGE_ENTRIES, 1, PAGE_ENTRIES_MAX, &limit))
        return;
    store_arg_int(&steps[1].args, call->scope.id);
    store_arg_int(&steps[1].args, after);
    store_arg_int(&steps[2].args, call->scope.id);
    store_arg_int(&steps[2].args, after);
    store_arg_int(&steps[2].args, limit);
    call_query(call, call->app->reads, steps, 4, on_changes);
}

/* GET /v1/scopes/SCOPE/stream ---------------------------------------------------------------------
 */

void api_stream(struct call *call)
{
    feed_follow(call->app->feed, call);
}
