/* SPDX-License-Identifier: Apache-2.0 */
#include "links_register.h"

#include "fetch.h"

#include <string.h>

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "links", "cannot hold the recommendations");
}

static const json_t *group_of(const json_t *item, const char *group)
{
    return json_object_get(json_object_get(item, "change"), group);
}

static bool is_retracted(const json_t *item)
{
    return json_is_true(json_object_get(group_of(item, "retraction"), "retracted"));
}

/* Loading ------------------------------------------------------------------------------------- */

/* Year of the document that a report quotes: its key ends in "-quoted-2020". */
static const char *year_quoted(const char *key)
{
    static const char mark[] = "-quoted-";
    const char *at = strstr(key, mark);

    return at && strspn(at + strlen(mark), "0123456789") == 4 && !at[strlen(mark) + 4]
               ? at + strlen(mark)
               : "";
}

static bool take_document(void *ctx, json_t *item, struct err *err)
{
    struct links_register *all = ctx;
    const char *key = cli_text(item, "key");
    const char *dated = cli_text(group_of(item, "document_identity"), "dated_on");

    return is_retracted(item) ||
           json_object_set_new(all->documents, key,
                               json_string(*dated ? dated : year_quoted(key))) == 0 ||
           no_memory(err);
}

static bool take_recommendation(void *ctx, json_t *item, struct err *err)
{
    struct links_register *all = ctx;

    return is_retracted(item) || json_object_set(all->items, cli_text(item, "key"), item) == 0 ||
           no_memory(err);
}

/* One name for a pair, whichever way round. */
static char *pair_name(const char *a, const char *b, struct arena *arena)
{
    const bool first = strcmp(a, b) < 0;

    return arena_printf(arena, "%s\n%s", first ? a : b, first ? b : a);
}

static bool take_link(void *ctx, json_t *item, struct err *err)
{
    struct links_register *all = ctx;
    json_t *row = links_row(item);
    const char *pair = pair_name(cli_text(row, "from"), cli_text(row, "to"), &all->arena);
    bool good = row && pair;

    if (good && strcmp(cli_text(row, "relation"), "repeats") == 0)
        good = json_object_set(all->known, pair, row) == 0;
    json_decref(row);
    return good || no_memory(err);
}

bool links_register_load(struct cli *cli, struct links_register *all, struct err *err)
{
    static const struct {
        const char *path;
        fetch_row_fn *take;
    } parts[] = {{"/v1/scopes/hq/snapshot?kind=document&limit=200", take_document},
                 {"/v1/scopes/hq/snapshot?kind=recommendation&limit=200", take_recommendation},
                 {"/v1/scopes/hq/snapshot?kind=link&limit=200", take_link}};
    struct fetch *fetch = fetch_open(cli, err);
    bool good = fetch != NULL;

    *all = (struct links_register){.documents = json_object(),
                                   .items = json_object(),
                                   .known = json_object(),
                                   .set = likeness_create()};
    if (good && (!all->documents || !all->items || !all->known || !all->set))
        good = no_memory(err);
    for (size_t i = 0; good && i < sizeof(parts) / sizeof(parts[0]); i++)
        good = fetch_pages(fetch, parts[i].path, "items", "after_key", parts[i].take, all, err);
    fetch_close(fetch);
    return good;
}

void links_register_finish(struct links_register *all)
{
    json_decref(all->documents);
    json_decref(all->items);
    json_decref(all->known);
    likeness_destroy(all->set);
    arena_finish(&all->arena);
}

const json_t *links_register_known(const struct links_register *all, const char *a, const char *b)
{
    struct arena arena = {0};
    const char *pair = pair_name(a, b, &arena);
    const json_t *row = pair ? json_object_get(all->known, pair) : NULL;

    arena_finish(&arena);
    return row;
}

const struct ask *links_register_ask(const struct links_register *all, int number)
{
    for (int low = 0, high = all->nasks; low < high;) {
        const int middle = low + (high - low) / 2;
        if (all->asks[middle].number == number)
            return &all->asks[middle];
        if (all->asks[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Comparing ----------------------------------------------------------------------------------- */

static const char *parent_of(const struct links_register *all, const json_t *item)
{
    const char *parent = cli_text(group_of(item, "recommendation_text"), "parent");

    return json_object_get(all->items, parent) ? parent : "";
}

/* Adds the themes of the item to the set's text. */
static int add_text(struct links_register *all, const json_t *item, const char *text, int group,
                    bool aside)
{
    const json_t *list = json_object_get(group_of(item, "recommendation_text"), "themes");
    const size_t n = json_array_size(list);
    const char **themes = arena_alloc(&all->arena, (n + 1) * sizeof(*themes));
    int nthemes = 0;

    for (size_t i = 0; themes && i < n; i++)
        if (json_is_string(json_array_get(list, i)))
            themes[nthemes++] = json_string_value(json_array_get(list, i));
    return themes ? likeness_add(all->set, &(struct likeness_text){.text = text,
                                                                   .themes = themes,
                                                                   .nthemes = nthemes,
                                                                   .group = group,
                                                                   .aside = aside})
                  : -1;
}

/* The ask that the part belongs to, in the list so far. */
static struct ask *ask_of(struct links_register *all, const json_t *index, const char *key)
{
    const json_t *at = json_object_get(index, key);

    return at ? &all->asks[json_integer_value(at)] : NULL;
}

/* Parts that only cut the whole text into pieces add nothing to it. */
static bool says_more(const struct ask *ask, const char *text)
{
    return !strstr(ask->text, text);
}

static bool add_part(struct links_register *all, struct ask *ask, const json_t *item)
{
    const json_t *said = group_of(item, "recommendation_text");
    const char *text = cli_text(said, "text");
    struct ask_part **last = &ask->parts;
    struct ask_part *part = arena_zalloc(&all->arena, sizeof(*part));

    if (!part)
        return false;
    while (*last)
        last = &(*last)->next;
    *last = part;
    part->code = cli_text(said, "code");
    part->text = add_text(all, item, text, 0, true);
    if (says_more(ask, text))
        ask->text = arena_printf(&all->arena, "%s\n%s", ask->text, text);
    return part->text >= 0 && ask->text;
}

/* Wholes first, so that each part finds its own. */
static bool collect(struct links_register *all, const json_t *documents, json_t *index)
{
    const size_t most = json_object_size(all->items);
    const char *key;
    json_t *item;
    bool good;

    all->asks = arena_zalloc(&all->arena, (most + 1) * sizeof(*all->asks));
    good = all->asks != NULL;
    json_object_foreach(all->items, key, item)
    {
        const char *document = cli_text(item, "document");
        if (!good || !json_object_get(documents, document) || *parent_of(all, item))
            continue;
        all->asks[all->nasks] =
            (struct ask){.key = key,
                         .document = document,
                         .item = item,
                         .text = cli_text(group_of(item, "recommendation_text"), "text")};
        good = json_object_set_new(index, key, json_integer(all->nasks++)) == 0;
    }
    json_object_foreach(all->items, key, item)
    {
        struct ask *ask = good ? ask_of(all, index, parent_of(all, item)) : NULL;
        if (ask)
            good = add_part(all, ask, item);
    }
    return good;
}

bool links_register_compare(struct links_register *all, const json_t *documents, struct err *err)
{
    json_t *index = json_object();
    json_t *groups = json_object();
    bool good = index && groups && collect(all, documents, index);

    for (int i = 0; good && i < all->nasks; i++) {
        struct ask *ask = &all->asks[i];
        if (!json_object_get(groups, ask->document))
            json_object_set_new(groups, ask->document,
                                json_integer((json_int_t)json_object_size(groups)));
        ask->number =
            add_text(all, ask->item, ask->text,
                     (int)json_integer_value(json_object_get(groups, ask->document)), false);
        good = ask->number >= 0;
    }
    json_decref(index);
    json_decref(groups);
    return good || no_memory(err);
}
