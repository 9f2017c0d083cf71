/* SPDX-License-Identifier: Apache-2.0 */
#include "follow.h"

#include <stdio.h>

enum { EPOCH_TEXT = 33, PATH_BYTES = 160 };

struct cursor {
    long long after;
    char epoch[EPOCH_TEXT]; /* "": not known yet */
    bool up_to_date;
};

static bool take_page(struct cursor *cursor, const json_t *page, fetch_row_fn *on_entry, void *ctx,
                      struct err *err)
{
    size_t index;
    json_t *entry;

    json_array_foreach(json_object_get(page, "entries"), index, entry)
    {
        if (!on_entry(ctx, entry, err))
            return false;
    }
    cursor->after = cli_number(page, "to_seq");
    cursor->up_to_date = json_is_true(json_object_get(page, "up_to_date"));
    snprintf(cursor->epoch, sizeof(cursor->epoch), "%s", cli_text(page, "epoch"));
    return true;
}

bool follow_all(struct fetch *fetch, fetch_row_fn *on_entry, void *ctx, struct err *err)
{
    struct cursor cursor = {0};
    bool good = true;

    while (good && !cursor.up_to_date) {
        char path[PATH_BYTES];
        json_t *page;
        snprintf(path, sizeof(path), "/v1/scopes/hq/changes?limit=500&after=%lld%s%s", cursor.after,
                 *cursor.epoch ? "&epoch=" : "", cursor.epoch);
        page = fetch_get(fetch, path, err);
        good = page && take_page(&cursor, page, on_entry, ctx, err);
        json_decref(page);
    }
    return good;
}
