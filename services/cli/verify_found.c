/* SPDX-License-Identifier: Apache-2.0 */
#include "verify.h"

#include <stdio.h>

enum { SHOWN = 20 };

static json_t *entry_of(struct found *found, const char *invariant)
{
    json_t *entry;

    if (!found->by_invariant)
        found->by_invariant = json_object();
    entry = json_object_get(found->by_invariant, invariant);
    if (entry)
        return entry;
    json_object_set_new(found->by_invariant, invariant, json_pack("{s:i, s:[]}", "n", 0, "first"));
    return json_object_get(found->by_invariant, invariant);
}

void found_add(struct found *found, const char *invariant, const char *place, const char *differs)
{
    json_t *entry = entry_of(found, invariant);
    json_t *first = json_object_get(entry, "first");

    if (!entry || json_object_set_new(entry, "n", json_integer(cli_number(entry, "n") + 1)) != 0)
        found->failed = true;
    else if (json_array_size(first) < SHOWN)
        found->failed |=
            json_array_append_new(first, json_pack("{s:s, s:s, s:s}", "invariant", invariant,
                                                   "place", place, "differs", differs)) != 0;
}

void found_add_rows(struct found *found, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++)
        found_add(found, store_text(rows, row, 0), store_text(rows, row, 1),
                  store_text(rows, row, 2));
}

long long found_count(const struct found *found)
{
    long long n = 0;
    const char *name;
    json_t *entry;

    json_object_foreach(found->by_invariant, name, entry) n += cli_number(entry, "n");
    return n;
}

static void print_entry(const char *invariant, const json_t *entry)
{
    const json_t *first = json_object_get(entry, "first");
    const long long more = cli_number(entry, "n") - (long long)json_array_size(first);

    for (size_t i = 0; i < json_array_size(first); i++) {
        const json_t *one = json_array_get(first, i);
        printf("%-3s  %s: %s\n", invariant, cli_text(one, "place"), cli_text(one, "differs"));
    }
    if (more > 0)
        printf("%-3s  and %lld more\n", invariant, more);
}

void found_print(const struct found *found)
{
    const char *name;
    json_t *entry;

    json_object_foreach(found->by_invariant, name, entry) print_entry(name, entry);
}

json_t *found_list(const struct found *found)
{
    json_t *list = json_array();
    const char *name;
    json_t *entry;

    json_object_foreach(found->by_invariant, name, entry)
        json_array_extend(list, json_object_get(entry, "first"));
    return list;
}

void found_finish(struct found *found)
{
    json_decref(found->by_invariant);
}
