/* SPDX-License-Identifier: Apache-2.0 */
#include "import/differences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_GROUP_FIELD = 16, SHOWN_CHARACTERS = 100 };

static bool add_group(json_t *list, const Uptake__V1__Change *change,
                      const ProtobufCFieldDescriptor *field, const json_t *groups, struct err *err)
{
    const ProtobufCMessage *const *slot = (const void *)((const char *)change + field->offset);
    json_t *old = json_object_get(groups, field->name);
    json_t *row;

    if (field->id < FIRST_GROUP_FIELD || !*slot)
        return true;
    row = json_pack("{s:s, s:s, s:s, s:O?, s:o}", "key", change->subject, "kind",
                    wire_word(&uptake__v1__item_kind__descriptor, (int)change->kind), "group",
                    field->name, "old", old, "new", wire_to_json(*slot));
    return (row && json_array_append_new(list, row) == 0) ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", change->subject, "cannot hold a difference");
}

static bool add_change(json_t *list, const struct outgoing *out, struct present *present,
                       struct arena *arena, struct err *err)
{
    const Uptake__V1__Change *change = (const Uptake__V1__Change *)wire_unpack(
        &uptake__v1__change__descriptor, arena, out->body, out->len, err);
    const json_t *groups;

    if (!change || !present_groups(present, change->subject, &groups, err))
        return false;
    for (unsigned i = 0; i < change->base.descriptor->n_fields; i++)
        if (!add_group(list, change, &change->base.descriptor->fields[i], groups, err))
            return false;
    return true;
}

json_t *differences_of(const struct outbox *outbox, struct present *present, struct err *err)
{
    struct arena arena = {0};
    json_t *list = json_array();
    bool good = list || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "diff", "cannot hold the list");

    for (const struct outgoing *out = outbox->first; out && good; out = out->next) {
        good = add_change(list, out, present, &arena, err);
        arena_reset(&arena);
    }
    arena_finish(&arena);
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

static void print_value(const json_t *value)
{
    char *text;

    if (!value) {
        fputs("nothing", stdout);
        return;
    }
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    cli_put_short(text ? text : "", SHOWN_CHARACTERS);
    free(text);
}

static void print_field(const char *name, const json_t *old, const json_t *now)
{
    if (old && now && json_equal((json_t *)(uintptr_t)old, (json_t *)(uintptr_t)now))
        return;
    printf("    %s: ", name);
    if (old) {
        print_value(old);
        fputs(" -> ", stdout);
    }
    print_value(now);
    putchar('\n');
}

/* Default values are left out on either side. */
static void print_fields(const json_t *old, const json_t *now)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)now, name, value)
        print_field(name, json_object_get(old, name), value);
    json_object_foreach((json_t *)(uintptr_t)old, name, value)
    {
        if (!json_object_get(now, name))
            print_field(name, value, NULL);
    }
}

void differences_print(const json_t *differences)
{
    const char *before = "";

    for (size_t i = 0; i < json_array_size(differences); i++) {
        const json_t *row = json_array_get(differences, i);
        const json_t *old = json_object_get(row, "old");

        if (strcmp(cli_text(row, "key"), before) != 0)
            printf("%s  (%s)\n", cli_text(row, "key"), cli_text(row, "kind"));
        before = cli_text(row, "key");
        printf("  %s%s\n", cli_text(row, "group"), json_is_null(old) ? ", new" : "");
        print_fields(json_is_null(old) ? NULL : old, json_object_get(row, "new"));
    }
}
