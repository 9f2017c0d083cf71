/* SPDX-License-Identifier: Apache-2.0 */
#include "edit.h"

#include "fetch.h"
#include "lines.h"

#include <string.h>

json_t *edit_fetch(struct cli *cli, const char *key, const char *kind, struct err *err)
{
    json_t *item = fetch_one(cli, "/v1/items/", key, err);

    if (item && kind && strcmp(cli_text(item, "kind"), kind) != 0) {
        err_set(err, ERR_REJECT, "WRONG_KIND", key, "this is a %s; a %s is meant",
                cli_text(item, "kind"), kind);
        json_decref(item);
        return NULL;
    }
    return item;
}

json_t *edit_group(const json_t *item, const char *group)
{
    const json_t *found = json_object_get(json_object_get(item, "change"), group);

    return found ? json_deep_copy(found) : json_object();
}

static bool add(struct outbox *outbox, const char *kind, const char *document, const char *key,
                long long revision, json_t *groups, struct err *err)
{
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s, s:I}", "operation", "set", "kind", kind, "document",
                  document, "subject", key, "base_revision", (json_int_t)revision);
    const ProtobufCMessage *change = NULL;

    if (!line || json_object_update(line, groups) != 0)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", key, "cannot hold the change");
    else
        change = wire_from_json(&uptake__v1__change__descriptor, line, &outbox->arena, err);
    json_decref(line);
    json_decref(groups);
    return change && outbox_add(outbox, (const Uptake__V1__Change *)change, err);
}

/* Empty texts, zeros and false are "not said", whether written or left out. */
static bool says_nothing(const json_t *value)
{
    return json_is_false(value) || (json_is_string(value) && !json_string_length(value)) ||
           (json_is_integer(value) && json_integer_value(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

static bool is_within(const json_t *part, const json_t *whole)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)part, name, value)
    {
        const json_t *other = json_object_get(whole, name);
        if (!(other ? json_equal(value, other) : says_nothing(value)))
            return false;
    }
    return true;
}

bool edit_set(struct outbox *outbox, const json_t *item, json_t *groups, struct err *err)
{
    return add(outbox, cli_text(item, "kind"), cli_text(item, "document"), cli_text(item, "key"),
               cli_number(item, "revision"), groups, err);
}

bool edit_add(struct outbox *outbox, const json_t *item, json_t *groups, struct err *err)
{
    const json_t *said = json_object_get(item, "change");
    const char *name;
    json_t *group;
    void *next;

    json_object_foreach_safe(groups, next, name, group)
    {
        const json_t *now = json_object_get(said, name);
        if (now && is_within(group, now) && is_within(now, group))
            json_object_del(groups, name);
    }
    if (json_object_size(groups) == 0) {
        json_decref(groups);
        return true;
    }
    return edit_set(outbox, item, groups, err);
}

bool edit_create(struct outbox *outbox, const char *kind, const char *document, const char *key,
                 json_t *groups, struct err *err)
{
    return add(outbox, kind, document, key, 0, groups, err);
}

enum exit_code edit_send(struct cli *cli, struct outbox *outbox)
{
    enum exit_code code;
    struct err err;

    if (!send_all(cli, outbox, &err)) {
        code = cli_fail(&err);
    } else {
        code = lines_exit_code(outbox);
        if (cli->json)
            code = cli_print_json(lines_result(outbox, 0), code);
        else
            lines_print(outbox, 0, "");
    }
    outbox_finish(outbox);
    return code;
}
