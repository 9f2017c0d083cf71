/* SPDX-License-Identifier: Apache-2.0 */
#include "import/item_keys.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum { SLUG_BYTES = 60 };

const char *item_key_response(struct arena *arena, const char *document)
{
    return arena_printf(arena, "%s#response", document);
}

/* Does the code of a part begin with that of its whole: "1.3" of 1? */
static bool names_whole(const struct recommendation *record)
{
    size_t len = strlen(record->parent);

    return strncmp(record->code, record->parent, len) == 0 && record->code[len] == '.';
}

const char *item_key_recommendation(struct arena *arena, const char *document,
                                    const struct recommendation *record)
{
    if (!record->parent || names_whole(record))
        return arena_printf(arena, "%s#%s", document, record->code);
    return arena_printf(arena, "%s#%s.%s", document, record->parent, record->code);
}

const char *item_key_action(struct arena *arena, const char *recommendation_key,
                            const struct action *action)
{
    return arena_printf(arena, "%s/%s", recommendation_key, action->code);
}

/* Letters without accents, digits, and hyphens between words. */
static void slug_of(const char *name, char slug[SLUG_BYTES])
{
    size_t at = 0;

    while (*name && at < SLUG_BYTES - 1) {
        unsigned c = text_fold_next(&name);
        if (c < 0x80 && isalnum((int)c))
            slug[at++] = (char)tolower((int)c);
        else if (at && slug[at - 1] != '-')
            slug[at++] = '-';
    }
    while (at && slug[at - 1] == '-')
        at--;
    slug[at] = '\0';
}

const char *item_key_indicator(struct arena *arena, const char *document,
                               const struct indicator *indicator, json_t *taken)
{
    char slug[SLUG_BYTES];
    char day[DATE_TEXT];
    const char *key;

    slug_of(indicator->name, slug);
    date_format(indicator->dated, day);
    key = arena_printf(arena, "%s#indicator:%s", document, *slug ? slug : "unnamed");
    if (key && json_object_get(taken, key) && *day)
        key = arena_printf(arena, "%s#indicator:%s-%s", document, slug, day);
    for (int n = 2; key && json_object_get(taken, key); n++)
        key = arena_printf(arena, "%s#indicator:%s-%d", document, slug, n);
    if (key)
        json_object_set_new(taken, key, json_true());
    return key;
}

/* The first of a name keeps it. */
static void put_name(json_t *names, const char *name, const char *key)
{
    if (name && key && !json_object_get(names, name))
        json_object_set_new(names, name, json_string(key));
}

static void put_recommendation(json_t *names, const struct recommendation *record, const char *key,
                               struct arena *arena)
{
    put_name(names, arena_printf(arena, "recommendation %s", record->code), key);
    if (record->parent)
        put_name(names, arena_printf(arena, "recommendation %s (%s)", record->parent, record->code),
                 key);
    put_name(names, record->code, key);
    for (const struct action *action = record->actions; action; action = action->next) {
        const char *own = item_key_action(arena, key, action);
        put_name(names, arena_printf(arena, "action %s/%s", record->code, action->code), own);
        put_name(names, arena_printf(arena, "action %s", action->code), own);
    }
}

json_t *item_keys_by_name(const struct document *document, const char *key)
{
    json_t *names = json_object();
    struct arena arena = {0};

    put_name(names, "document", key);
    if (document->response_state)
        put_name(names, "response", item_key_response(&arena, key));
    for (const struct recommendation *record = document->recommendations; record;
         record = record->next) {
        const char *own = item_key_recommendation(&arena, key, record);
        if (own)
            put_recommendation(names, record, own, &arena);
    }
    arena_finish(&arena);
    return names;
}

const char *item_key_about(const json_t *by_name, const char *document, const char *subject)
{
    const char *key;

    if (!subject)
        return document;
    key = json_string_value(json_object_get(by_name, subject));
    return key ? key : subject;
}
