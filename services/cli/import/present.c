/* SPDX-License-Identifier: Apache-2.0 */
#include "import/present.h"

#include <string.h>

bool present_open(struct present *present, const json_t *state, present_fetch_fn *fetch, void *ctx,
                  struct err *err)
{
    const json_t *items = json_object_get(state, "items");

    *present = (struct present){
        .states = json_object(), .kinds = json_object(), .fetch = fetch, .ctx = ctx};
    for (size_t i = 0; i < json_array_size(items) && present->states; i++) {
        json_t *item = json_array_get(items, i);
        const char *key = json_string_value(json_object_get(item, "key"));

        if (key && json_object_set(present->states, key, item) != 0)
            break;
    }
    if (present->kinds && json_object_size(present->states) == json_array_size(items))
        return true;
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "state", "the register's state does not fit");
}

void present_close(struct present *present)
{
    json_decref(present->states);
    json_decref(present->kinds);
    *present = (struct present){0};
}

struct item_state present_state(const struct present *present, const char *key)
{
    return item_state_find(present->states, key);
}

static const json_t *items_of(struct present *present, const char *kind, struct err *err)
{
    json_t *items = json_object_get(present->kinds, kind);

    if (items)
        return items;
    items = present->fetch(present->ctx, kind, err);
    if (!items)
        return NULL;
    if (json_object_set_new(present->kinds, kind, items) != 0)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", kind, "the register's items do not fit");
    return items;
}

bool present_groups(struct present *present, const char *key, const json_t **groups,
                    struct err *err)
{
    const json_t *state = json_object_get(present->states, key);
    const char *kind = json_string_value(json_object_get(state, "kind"));
    const json_t *items;
    const json_t *item;

    *groups = NULL;
    if (!state)
        return true;
    items = items_of(present, kind ? kind : "", err);
    if (!items)
        return false;
    item = json_object_get(items, key);
    *groups = json_object_get(item, "change");
    if (*groups && json_integer_value(json_object_get(item, "revision")) ==
                       json_integer_value(json_object_get(state, "revision")))
        return true;
    return err_set(err, ERR_RETRY, "REGISTER_CHANGED", key,
                   "somebody changes it just now; run again");
}

bool present_is_retracted(struct present *present, const char *key, bool *retracted,
                          struct err *err)
{
    const struct item_state state = present_state(present, key);
    const json_t *groups;

    *retracted = false;
    if (!json_object_get(state.groups, "retraction"))
        return true;
    if (!present_groups(present, key, &groups, err))
        return false;
    *retracted = json_is_true(json_object_get(json_object_get(groups, "retraction"), "retracted"));
    return true;
}
