/* SPDX-License-Identifier: Apache-2.0 */
#include "about.h"

#include "image.h"
#include "said.h"
#include "sql.h"

enum { RELATED_MOST = 200 };

/* Columns of sql_related behind those of an image. */
enum { RELATED_ROLE = IMAGE_BODY + 1, RELATED_COUNT, RELATED_FACTS };

static void put_reader(struct store_step *step, struct call *call)
{
    store_arg_text(&step->args, call->wild);
    store_arg_int(&step->args, call->reader.principal_id);
}

void about_steps(struct call *call, struct store_step steps[ABOUT_STEPS])
{
    steps[ABOUT_BEGIN] = call_step(call, sql_begin_snapshot);
    steps[ABOUT_ITEM] = call_step(call, sql_item);
    steps[ABOUT_HISTORY] = call_step(call, sql_item_history);
    steps[ABOUT_SOURCES] = call_step(call, sql_source_names);
    steps[ABOUT_FACTS] = call_step(call, sql_item_facts);
    steps[ABOUT_RELATED] = call_step(call, sql_related);
    steps[ABOUT_COMMIT] = call_step(call, sql_commit);
    for (int i = ABOUT_ITEM; i <= ABOUT_RELATED; i++)
        put_reader(&steps[i], call);
    for (int i = ABOUT_FACTS; i <= ABOUT_RELATED; i++) {
        store_arg_text(&steps[i].args, call->on_text);
        store_arg_text(&steps[i].args, call->today_text);
    }
    store_arg_int(&steps[ABOUT_RELATED].args, RELATED_MOST);
}

static json_t *parsed(const PGresult *rows, int row, int column)
{
    json_t *json = json_loads(store_text(rows, row, column), 0, NULL);

    return json ? json : json_object();
}

static json_t *related_one(const PGresult *rows, int *row, struct arena *arena)
{
    const int first = *row;
    json_t *facts = parsed(rows, first, RELATED_FACTS);

    return json_pack("{s:s,s:s,s:s,s:I,s:o,s:o}", "key", store_text(rows, first, IMAGE_KEY), "kind",
                     store_text(rows, first, IMAGE_KIND), "document",
                     store_text(rows, first, IMAGE_DOCUMENT), "revision",
                     (json_int_t)store_int(rows, first, IMAGE_REVISION), "facts", facts, "change",
                     image_next(rows, row, arena));
}

/* By role; more takes, by role, how many there are where not all are told. */
static json_t *related(const PGresult *rows, json_t *more, struct arena *arena)
{
    json_t *roles = json_object();

    for (int row = 0; row < PQntuples(rows);) {
        const char *role = store_text(rows, row, RELATED_ROLE);
        const int64_t n = store_int(rows, row, RELATED_COUNT);

        if (!json_object_get(roles, role))
            json_object_set_new(roles, role, json_array());
        if (n > RELATED_MOST)
            json_object_set_new(more, role, json_integer(n));
        json_array_append_new(json_object_get(roles, role), related_one(rows, &row, arena));
    }
    return roles;
}

static json_t *newest_first(json_t *entries)
{
    json_t *turned = json_array();

    for (size_t i = json_array_size(entries); i-- > 0;)
        json_array_append(turned, json_array_get(entries, i));
    json_decref(entries);
    return turned;
}

json_t *about_json(PGresult *const *results, struct arena *arena)
{
    const PGresult *rows = results[ABOUT_ITEM];
    int next = 0;
    json_t *image = image_next(rows, &next, arena);
    json_t *more = json_object();
    json_t *around = related(results[ABOUT_RELATED], more, arena);
    json_t *history =
        newest_first(said_history(results[ABOUT_HISTORY], 0, results[ABOUT_SOURCES], arena));

    return json_pack(
        "{s:s,s:s,s:s,s:I,s:o,s:o,s:o,s:o,s:o}", "key", store_text(rows, 0, IMAGE_KEY), "kind",
        store_text(rows, 0, IMAGE_KIND), "document", store_text(rows, 0, IMAGE_DOCUMENT),
        "revision", (json_int_t)store_int(rows, 0, IMAGE_REVISION), "change", image, "facts",
        parsed(results[ABOUT_FACTS], 0, 0), "related", around, "more", more, "history", history);
}
