/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include "lines.h"
#include "options.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool keys_open(struct keys *keys, struct cli *cli, const char *name, bool may_be_new,
               struct err *err)
{
    *keys = (struct keys){.cli = cli, .groups = json_object()};
    /* It becomes part of a file's name too. */
    if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(name) || !name[0])
        return err_set(err, ERR_REJECT, "NAME_BAD", name,
                       "a principal's name is made of a-z, 0-9 and -");
    keys->subject = arena_printf(&keys->arena, "principal:%s", name);
    if (!keys->subject || !keys->groups)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", name, "cannot hold the principal");
    keys->item = edit_fetch(cli, keys->subject, "principal", err);
    if (keys->item)
        return true;
    if (strcmp(err->code, "NOT_FOUND") != 0)
        return false;
    return may_be_new ||
           err_set(err, ERR_REJECT, "NOT_FOUND", name,
                   "no principal of that name is known to you; `uptake keys list` names them");
}

void keys_close(struct keys *keys)
{
    json_decref(keys->item);
    json_decref(keys->groups);
    outbox_finish(&keys->outbox);
    arena_finish(&keys->arena);
}

enum exit_code keys_with(struct cli *cli, const char *name, bool may_be_new, keys_edit_fn *edit,
                         void *ctx)
{
    enum exit_code code;
    struct keys keys;
    struct err err;

    code = keys_open(&keys, cli, name, may_be_new, &err) ? edit(&keys, ctx) : cli_fail(&err);
    keys_close(&keys);
    return code;
}

json_t *keys_group(struct keys *keys, const char *group)
{
    if (!json_object_get(keys->groups, group))
        json_object_set_new(keys->groups, group, edit_group(keys->item, group));
    return json_object_get(keys->groups, group);
}

json_t *keys_list_in(json_t *group, const char *name)
{
    if (!json_object_get(group, name))
        json_object_set_new(group, name, json_array());
    return json_object_get(group, name);
}

json_t *keys_find(const json_t *list, const char *name, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(cli_text(json_array_get(list, i), name), text) == 0)
            return json_array_get(list, i);
    return NULL;
}

json_t *keys_in_use(const json_t *list, size_t nth)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *entry = json_array_get(list, i);

        if (!json_is_true(json_object_get(entry, "revoked")) && nth-- == 0)
            return entry;
    }
    return NULL;
}

bool keys_add_change(struct keys *keys, struct err *err)
{
    json_t *groups = json_incref(keys->groups);

    if (keys->item)
        return edit_add(&keys->outbox, keys->item, groups, err);
    return edit_create(&keys->outbox, "principal", "principals", keys->subject, groups, err);
}

static void print_shown(const json_t *shown)
{
    const char *name;
    json_t *text;

    json_object_foreach((json_t *)(uintptr_t)shown, name, text)
    {
        printf("%s: %s\n", name, json_string_value(text));
    }
}

enum exit_code keys_send(struct keys *keys, json_t *shown)
{
    enum exit_code code;
    struct err err;

    if (!keys_add_change(keys, &err) || !send_all(keys->cli, &keys->outbox, &err)) {
        code = cli_fail(&err);
    } else {
        code = lines_exit_code(&keys->outbox);
        if (keys->cli->json) {
            json_t *result = lines_result(&keys->outbox, 0);
            if (code == EXIT_OK && shown)
                json_object_update(result, shown);
            code = cli_print_json(result, code);
        } else {
            if (code == EXIT_OK && shown)
                print_shown(shown);
            lines_print(&keys->outbox, 0, "");
        }
    }
    json_decref(shown);
    return code;
}

static bool ends_with(const char *text, const char *ending)
{
    const size_t len = strlen(text), n = strlen(ending);

    return len >= n && strcmp(text + len - n, ending) == 0;
}

/* Is it in a folder that there is? A key may begin with a slash, which says nothing. */
static bool is_in_folder(const char *text)
{
    char folder[BUS_KEY_TEXT];
    const char *slash = strrchr(text, '/');
    struct stat info;

    if (!slash || slash == text)
        return false;
    snprintf(folder, sizeof(folder), "%.*s", (int)(slash - text), text);
    return stat(folder, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Z85 has the letters, digits, dots and slashes of paths: what is there, lies in a folder that is
 * there or is called like a key file is a path, though it be as long as a key. */
static bool is_path(const char *text)
{
    static const char z85[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              ".-:+=^!/*?&<>()[]{}@%$#";

    return strlen(text) != BUS_KEY_TEXT - 1 || strspn(text, z85) != BUS_KEY_TEXT - 1 ||
           access(text, F_OK) == 0 || is_in_folder(text) || ends_with(text, ".public") ||
           ends_with(text, ".key");
}

bool keys_read_public(const char *text, char public_key[BUS_KEY_TEXT], struct err *err)
{
    if (is_path(text))
        return bus_key_read_public(text, public_key, err);
    memcpy(public_key, text, BUS_KEY_TEXT);
    return true;
}

static void print_commands(const struct command *commands, const char *verb, const char *summary)
{
    printf("usage: uptake %s COMMAND ...\n\n%s\n\nCommands:\n", verb, summary);
    for (; commands->name; commands++)
        printf("  %-11s %s\n", commands->name, commands->summary);
    printf("\n`uptake %s COMMAND --help` tells more.\n\n", verb);
    options_print_exit_codes();
}

enum exit_code keys_run(struct cli *cli, const struct command *commands, const char *summary,
                        int argc, char **argv)
{
    struct err err;

    if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
        print_commands(commands, cli->verb, summary);
        return EXIT_OK;
    }
    for (const struct command *command = commands; argc > 0 && command->name; command++)
        if (strcmp(argv[0], command->name) == 0)
            return command->run(cli, argc - 1, argv + 1);
    err_set(&err, ERR_REJECT, "USAGE", argc > 0 ? argv[0] : cli->verb,
            "`uptake %s --help` lists the commands", cli->verb);
    return cli_fail(&err);
}
