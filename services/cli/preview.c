/* SPDX-License-Identifier: Apache-2.0 */
#include "preview.h"

#include "edit.h"

#include <stdio.h>
#include <stdlib.h>

static json_t *change_json(const struct outgoing *out)
{
    struct arena arena = {0};
    struct err err;
    ProtobufCMessage *change =
        wire_unpack(&uptake__v1__change__descriptor, &arena, out->body, out->len, &err);
    json_t *json = change ? wire_to_json(change) : NULL;

    arena_finish(&arena);
    return json;
}

json_t *preview_changes(const struct outbox *outbox)
{
    json_t *list = json_array();

    for (const struct outgoing *out = outbox->first; list && out; out = out->next)
        if (json_array_append_new(list, change_json(out)) != 0) {
            json_decref(list);
            list = NULL;
        }
    return list;
}

static enum exit_code print_lines(const json_t *changes)
{
    size_t index;
    json_t *change;

    json_array_foreach(changes, index, change)
    {
        char *line = json_dumps(change, JSON_COMPACT);
        if (!line)
            return EXIT_BUG;
        puts(line);
        free(line);
    }
    fprintf(stderr, "uptake: note: %zu change%s, nothing sent (dry run)\n",
            json_array_size(changes), cli_s(json_array_size(changes)));
    return EXIT_OK;
}

enum exit_code preview_or_send(struct cli *cli, struct outbox *outbox, bool dry_run)
{
    enum exit_code code;
    json_t *changes;

    if (!dry_run)
        return edit_send(cli, outbox);
    changes = preview_changes(outbox);
    outbox_finish(outbox);
    if (!changes)
        return EXIT_BUG;
    if (cli->json)
        return cli_print_json(json_pack("{s:o}", "changes", changes), EXIT_OK);
    code = print_lines(changes);
    json_decref(changes);
    return code;
}
