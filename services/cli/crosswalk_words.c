/* SPDX-License-Identifier: Apache-2.0 */
#include "crosswalk_words.h"

#include "base/bytes.h"
#include "base/text.h"
#include "model/crosswalk_csv.h"
#include "wire/wire.h"

#include <stdio.h>
#include <string.h>
#include <uptake/v1/items.pb-c.h>

/* In the form in which the register answers: what says nothing is left out. */
static json_t *word_json(const struct crosswalk_row *row)
{
    json_t *word =
        json_pack("{s:s, s:s, s:s}", "axis", row->axis, "source", row->source, "word", row->word);

    if (row->note[0])
        json_object_set_new(word, "note", json_string(row->note));
    if (row->verified)
        json_object_set_new(word, "verified", json_true());
    return word;
}

json_t *crosswalk_words_group(const char *system, const char *csv)
{
    struct crosswalk_walk walk = {csv, 0};
    struct crosswalk_row row;
    json_t *words = json_array();

    while (words && crosswalk_walk_next(&walk, &row))
        if (json_array_append_new(words, word_json(&row)) != 0) {
            json_decref(words);
            return NULL;
        }
    return json_pack("{s:s, s:I, s:o}", "system", system, "version",
                     (json_int_t)crosswalk_version(csv), "words", words);
}

char *crosswalk_words_csv(const json_t *group, struct arena *arena)
{
    struct text_buffer text = {0};
    size_t index;
    json_t *word;
    char *copy;

    text_put_format(&text,
                    "# SPDX-License-Identifier: Apache-2.0\n" CROSSWALK_HEADER
                    "\n# Words of %s, as the register has them. Version %lld.\n",
                    cli_text(group, "system"), cli_number(group, "version"));
    json_array_foreach(json_object_get(group, "words"), index, word)
    {
        text_put_format(&text, "%s,%s,%s,%s%s\n", cli_text(word, "axis"), cli_text(word, "source"),
                        cli_text(word, "word"), cli_text(word, "note"),
                        json_is_true(json_object_get(word, "verified")) ? "" : ",unverified");
    }
    copy = text.failed ? NULL : arena_strndup(arena, text.text, text.len);
    text_buffer_finish(&text);
    return copy;
}

/* Differences --------------------------------------------------------------------------------- */

static json_t *find_word(const json_t *group, const json_t *wanted)
{
    size_t index;
    json_t *word;

    json_array_foreach(json_object_get(group, "words"), index, word)
    {
        if (strcmp(cli_text(word, "axis"), cli_text(wanted, "axis")) == 0 &&
            crosswalk_same_word(cli_text(word, "source"), cli_text(wanted, "source")))
            return word;
    }
    return NULL;
}

static json_t *with_before(const json_t *word, json_t *before)
{
    json_t *both = json_copy((json_t *)(uintptr_t)word);

    json_object_set(both, "before", before);
    return both;
}

json_t *crosswalk_words_compare(const json_t *before, const json_t *after)
{
    json_t *added = json_array();
    json_t *removed = json_array();
    json_t *changed = json_array();
    size_t index;
    json_t *word;

    json_array_foreach(json_object_get(after, "words"), index, word)
    {
        json_t *known = find_word(before, word);
        if (!known)
            json_array_append(added, word);
        else if (!json_equal(known, word))
            json_array_append_new(changed, with_before(word, known));
    }
    json_array_foreach(json_object_get(before, "words"), index, word)
    {
        if (!find_word(after, word))
            json_array_append(removed, word);
    }
    return json_pack("{s:o, s:o, s:o}", "added", added, "removed", removed, "changed", changed);
}

/* The register's before those compiled in ------------------------------------------------------ */

struct gathering {
    struct arena *arena;
    struct crosswalk_table *list; /* with room for the row that ends it */
    int n, room;
};

static bool add_table(struct gathering *all, const char *system, const char *csv)
{
    struct crosswalk_table *list =
        arena_grow(all->arena, all->list, all->n ? all->n + 1 : 0, &all->room, sizeof(*list));

    if (!list)
        return false;
    all->list = list;
    list[all->n++] = (struct crosswalk_table){arena_strdup(all->arena, system), csv};
    list[all->n] = (struct crosswalk_table){0};
    return list[all->n - 1].system != NULL;
}

static bool take_table(void *ctx, json_t *row, struct err *err)
{
    struct gathering *all = ctx;
    const json_t *change = json_object_get(row, "change");
    const json_t *group = json_object_get(change, "crosswalk_table");
    const char *system = cli_text(group, "system");
    const char *own = crosswalk_text(system);
    const char *csv;
    struct err why;

    if (json_is_true(json_object_get(json_object_get(change, "retraction"), "retracted")))
        return true;
    if (own && cli_number(group, "version") < (long long)crosswalk_version(own))
        return true;
    csv = crosswalk_words_csv(group, all->arena);
    if (csv && !crosswalk_check(csv, system, &why)) {
        fprintf(stderr,
                "uptake: note: crosswalk %s of the register: %s: %s: %s; the one of this program "
                "is used\n",
                system, why.code, why.place, why.text);
        return true;
    }
    return (csv && add_table(all, system, csv)) ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "crosswalks", "they do not fit in memory");
}

/* Does the program's own table say what the register's with this hash says? */
static bool is_own(const char *system, const char *hash)
{
    const char *own = crosswalk_text(system);
    json_t *group = own ? crosswalk_words_group(system, own) : NULL;
    struct arena arena = {0};
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX] = "";
    struct err err;
    ProtobufCMessage *table =
        group ? wire_from_json(&uptake__v1__crosswalk_table__descriptor, group, &arena, &err)
              : NULL;
    size_t len = 0;
    uint8_t *bytes = table ? wire_pack(table, &arena, &len) : NULL;

    if (bytes) {
        sha256(bytes, len, digest);
        bytes_to_hex(digest, sizeof(digest), hex);
    }
    arena_finish(&arena);
    json_decref(group);
    return *hex && strcmp(hex, hash) == 0;
}

/* Mostly the register has what was shipped; then nothing more needs to be asked for. */
static bool all_are_own(const json_t *state)
{
    size_t index;
    json_t *item;

    json_array_foreach(json_object_get(state, "items"), index, item)
    {
        const char *key = cli_text(item, "key");
        const char *hash = cli_text(json_object_get(item, "groups"), "crosswalk_table");
        if (strncmp(key, "crosswalk:", 10) != 0 || !is_own(key + 10, hash))
            return false;
    }
    return true;
}

bool crosswalk_words_use(struct fetch *fetch, struct arena *arena, struct err *err)
{
    struct gathering all = {.arena = arena};
    json_t *state;
    bool own;

    crosswalk_use(NULL);
    state = fetch_get(fetch, "/v1/documents/crosswalks/state", err);
    own = all_are_own(state);
    json_decref(state);
    if (!state || own)
        return state != NULL;
    if (!fetch_pages(fetch, "/v1/scopes/hq/snapshot?kind=crosswalk&limit=20", "items", "after_key",
                     take_table, &all, err))
        return false;
    crosswalk_use(all.list);
    return true;
}
