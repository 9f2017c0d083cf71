/* SPDX-License-Identifier: Apache-2.0 */
#include "import_send.h"

#include <string.h>

enum { ROUNDS = 3 };

static bool keep_image(void *ctx, json_t *row, struct err *err)
{
    json_t *items = ctx;

    return json_object_set(items, cli_text(row, "key"), row) == 0 ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "snapshot", "the items do not fit");
}

/* A present_fetch_fn. */
static json_t *fetch_kind(void *ctx, const char *kind, struct err *err)
{
    const struct import_target *target = ctx;
    struct arena arena = {0};
    char *escaped = fetch_escape(target->fetch, target->key, &arena);
    char *path = escaped
                     ? arena_printf(&arena, "/v1/scopes/hq/snapshot?kind=%s&document=%s&limit=200",
                                    kind, escaped)
                     : NULL;
    json_t *items = json_object();
    bool good = (path && items) ||
                err_set(err, ERR_FATAL, "OUT_OF_MEMORY", target->key, "cannot ask for its items");

    good = good && fetch_pages(target->fetch, path, "items", "after_key", keep_image, items, err);
    arena_finish(&arena);
    if (good)
        return items;
    json_decref(items);
    return NULL;
}

static json_t *fetch_state(const struct import_target *target, struct err *err)
{
    struct arena arena = {0};
    char *escaped = fetch_escape(target->fetch, target->key, &arena);
    char *path = escaped ? arena_printf(&arena, "/v1/documents/%s/state", escaped) : NULL;
    json_t *state;

    if (path)
        state = fetch_get(target->fetch, path, err);
    else
        state = err_null(err, ERR_FATAL, "OUT_OF_MEMORY", target->key, "cannot ask for its state");
    arena_finish(&arena);
    return state;
}

bool import_plan(const struct import_target *target, struct import_result *result, struct err *err)
{
    json_t *state = fetch_state(target, err);
    bool good =
        state && present_open(&result->present, state, fetch_kind, (void *)(uintptr_t)target, err);

    json_decref(state);
    return good &&
           changes_plan(target->document, target->key, &result->present, &result->changes, err);
}

static void drop_plan(struct import_result *result)
{
    present_close(&result->present);
    changes_finish(&result->changes);
}

void import_result_finish(struct import_result *result)
{
    drop_plan(result);
    json_decref(result->overtaken);
    *result = (struct import_result){0};
}

bool import_was_refused(const struct outgoing *out)
{
    return out->settled && !outcome_is_good(out->outcome);
}

/* Sends n changes of the outbox from *first on and sets *first behind them. */
static bool send_some(struct cli *cli, struct outbox *outbox, struct outgoing **first, size_t n,
                      struct err *err)
{
    struct outbox some = {.arena = outbox->arena, .first = *first, .n = n};
    bool good;

    if (n == 0)
        return true;
    some.last = *first;
    for (size_t i = 1; i < n; i++)
        some.last = some.last->next;
    *first = some.last->next;
    some.last->next = NULL;
    good = send_all(cli, &some, err);
    some.last->next = *first;
    outbox->arena = some.arena; /* answers are kept in it */
    return good;
}

static bool has(const json_t *keys, const char *key)
{
    return json_object_get(keys, key) != NULL;
}

static json_t *subjects_of(const struct outbox *outbox)
{
    json_t *keys = json_object();

    for (const struct outgoing *out = outbox->first; out; out = out->next)
        json_object_set_new(keys, out->subject, json_true());
    return keys;
}

/* Looks again. Refusals of what the register says by now anyway become good. */
static bool look_again(const struct import_target *target, struct import_result *result,
                       struct err *err)
{
    struct import_result after = {0};
    json_t *refused = json_object();
    json_t *differs = NULL;
    const char *key;
    json_t *value;
    bool good = import_plan(target, &after, err);

    if (good)
        differs = subjects_of(&after.changes.outbox);
    for (struct outgoing *out = result->changes.outbox.first; out && good; out = out->next) {
        if (!import_was_refused(out))
            continue;
        if (has(differs, out->subject))
            json_object_set_new(refused, out->subject, json_true());
        else
            out->outcome = CLIENT_NO_OP;
    }
    json_object_foreach(differs, key, value)
    {
        if (!result->held && !has(refused, key))
            json_array_append_new(result->overtaken, json_string(key));
    }
    json_decref(differs);
    json_decref(refused);
    import_result_finish(&after);
    return good;
}

static bool any_refused(const struct outgoing *first, size_t n)
{
    for (size_t i = 0; i < n; i++, first = first->next)
        if (import_was_refused(first))
            return true;
    return false;
}

/* The guard: true in *again when somebody else has just imported the same. */
static bool send_guard(const struct import_target *target, struct import_result *result,
                       struct outgoing **rest, bool *again, struct err *err)
{
    struct changes *changes = &result->changes;

    *rest = changes->outbox.first;
    *again = false;
    if (!send_some(target->cli, &changes->outbox, rest, changes->nguard, err))
        return false;
    if (!any_refused(changes->outbox.first, changes->nguard))
        return true;
    result->held = true;
    if (!look_again(target, result, err))
        return false;
    *again = !any_refused(changes->outbox.first, changes->nguard);
    return true;
}

bool import_send(const struct import_target *target, struct import_result *result, struct err *err)
{
    struct outgoing *rest;
    bool again = true;

    result->overtaken = json_array();
    for (int round = 0; again && round < ROUNDS; round++) {
        drop_plan(result);
        result->held = false;
        if (!import_plan(target, result, err) || !send_guard(target, result, &rest, &again, err))
            return false;
    }
    if (again || !result->overtaken)
        return err_set(err, ERR_RETRY, "REGISTER_CHANGED", target->key,
                       "others import it just now; run again");
    if (result->held || result->changes.outbox.n == 0)
        return true;
    return send_some(target->cli, &result->changes.outbox, &rest,
                     result->changes.outbox.n - result->changes.nguard, err) &&
           look_again(target, result, err);
}
