/* SPDX-License-Identifier: Apache-2.0 */
/* keys grant, withdraw: what one principal may push and read. */
#include "keys.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 50 };

struct grants {
    struct keys keys;
    const char *document, *unit; /* of every --push; NULL: all */
    const char *pushes[MOST];
    const char *reads[MOST];
    int npushes, nreads;
};

/* "action:progress_report,hold_set" as an entry of the group. */
static json_t *push_entry(struct grants *grants, const char *text)
{
    const size_t kind = strcspn(text, ":");
    json_t *entry = json_pack("{s:s%}", "kind", text, kind);
    json_t *groups = text[kind] ? json_array() : NULL;

    for (const char *at = text + kind; groups && *at;) {
        const size_t len = strcspn(at + 1, ",");
        if (len)
            json_array_append_new(groups, json_stringn(at + 1, len));
        at += 1 + len;
    }
    if (json_array_size(groups))
        json_object_set(entry, "groups", groups);
    json_decref(groups);
    if (grants->document)
        json_object_set_new(entry, "document", json_string(grants->document));
    if (grants->unit)
        json_object_set_new(entry, "unit", json_string(grants->unit));
    return entry;
}

/* "action:" names no group, and a grant of no named group is one of all. */
static bool names_groups(const char *text, struct err *err)
{
    const size_t kind = strcspn(text, ":");
    const size_t len = strlen(text);

    return !text[kind] ||
           (text[kind + 1] && text[kind + 1] != ',' && text[len - 1] != ',' &&
            !strstr(text + kind, ",,")) ||
           err_set(err, ERR_REJECT, "USAGE", text,
                   "after the colon stand names of field groups; leave the colon out for all");
}

static bool same_place(const json_t *a, const json_t *b)
{
    return strcmp(cli_text(a, "kind"), cli_text(b, "kind")) == 0 &&
           strcmp(cli_text(a, "document"), cli_text(b, "document")) == 0 &&
           strcmp(cli_text(a, "unit"), cli_text(b, "unit")) == 0;
}

static bool holds_text(const json_t *list, const char *text, size_t *at)
{
    for (*at = 0; *at < json_array_size(list); (*at)++)
        if (strcmp(json_string_value(json_array_get(list, *at)), text) == 0)
            return true;
    return false;
}

/* grant ---------------------------------------------------------------------------------------- */

/* Groups join the entry for the same kind, document and unit; "all groups" swallows them. */
static void grant_push(json_t *pushes, json_t *entry)
{
    for (size_t i = 0; i < json_array_size(pushes); i++) {
        json_t *present = json_array_get(pushes, i);
        json_t *groups = json_object_get(present, "groups");
        const json_t *more = json_object_get(entry, "groups");
        size_t at;

        if (!same_place(present, entry))
            continue;
        if (!json_array_size(more))
            json_object_del(present, "groups");
        for (size_t j = 0; json_array_size(groups) && j < json_array_size(more); j++)
            if (!holds_text(groups, json_string_value(json_array_get(more, j)), &at))
                json_array_append(groups, json_array_get(more, j));
        json_decref(entry);
        return;
    }
    json_array_append_new(pushes, entry);
}

static bool grant(struct grants *grants, struct err *err)
{
    json_t *group = keys_group(&grants->keys, "principal_grants");
    json_t *reads = grants->nreads ? keys_list_in(group, "reads") : NULL;
    size_t at;

    for (int i = 0; i < grants->npushes; i++)
        if (!names_groups(grants->pushes[i], err))
            return false;
    for (int i = 0; i < grants->npushes; i++)
        grant_push(keys_list_in(group, "pushes"), push_entry(grants, grants->pushes[i]));
    for (int i = 0; i < grants->nreads; i++)
        if (!holds_text(reads, grants->reads[i], &at))
            json_array_append_new(reads, json_string(grants->reads[i]));
    return true;
}

/* withdraw ------------------------------------------------------------------------------------- */

/* False: it is not there to be taken. */
static bool withdraw_groups(json_t *present, const json_t *less, struct err *err)
{
    json_t *groups = json_object_get(present, "groups");
    size_t at;

    for (size_t i = 0; i < json_array_size(less); i++) {
        const char *name = json_string_value(json_array_get(less, i));

        if (!json_array_size(groups))
            return err_set(err, ERR_REJECT, "GRANT_IS_WIDER", cli_text(present, "kind"),
                           "all groups of the kind are granted; withdraw that, grant the rest");
        if (!holds_text(groups, name, &at))
            return err_set(err, ERR_REJECT, "GRANT_UNKNOWN", name, "it was not granted");
        json_array_remove(groups, at);
    }
    return true;
}

static bool withdraw_push(json_t *pushes, const json_t *entry, struct err *err)
{
    const json_t *less = json_object_get(entry, "groups");

    for (size_t i = 0; i < json_array_size(pushes); i++) {
        json_t *present = json_array_get(pushes, i);

        if (!same_place(present, entry))
            continue;
        if (!withdraw_groups(present, less, err))
            return false;
        if (!json_array_size(less) || !json_array_size(json_object_get(present, "groups")))
            json_array_remove(pushes, i);
        return true;
    }
    return err_set(err, ERR_REJECT, "GRANT_UNKNOWN", cli_text(entry, "kind"),
                   "it was not granted for this document and unit; see `uptake keys list`");
}

static bool withdraw(struct grants *grants, struct err *err)
{
    json_t *group = keys_group(&grants->keys, "principal_grants");
    bool good = true;
    size_t at;

    for (int i = 0; good && i < grants->npushes; i++) {
        json_t *entry = push_entry(grants, grants->pushes[i]);

        good = names_groups(grants->pushes[i], err) &&
               withdraw_push(keys_list_in(group, "pushes"), entry, err);
        json_decref(entry);
    }
    for (int i = 0; good && i < grants->nreads; i++) {
        json_t *reads = keys_list_in(group, "reads");

        good = holds_text(reads, grants->reads[i], &at) ||
               err_set(err, ERR_REJECT, "GRANT_UNKNOWN", grants->reads[i], "it was not granted");
        if (good)
            json_array_remove(reads, at);
    }
    return good;
}

/* Both ----------------------------------------------------------------------------------------- */

/* A unit by its code or its key. */
static bool take_unit(struct grants *grants, struct err *err)
{
    if (!grants->unit || strncmp(grants->unit, "unit:", 5) == 0)
        return true;
    grants->unit = arena_printf(&grants->keys.arena, "unit:%s", grants->unit);
    return grants->unit || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "--unit", "cannot name it");
}

static enum exit_code run(struct cli *cli, const char *line, const char *about,
                          bool (*edit)(struct grants *grants, struct err *err), int argc,
                          char **argv)
{
    struct grants grants = {0};
    const char *last = NULL;
    const struct option options[] = {
        {"--push", "KIND[:GROUP,...]", "a kind of item, or some of its groups (repeatable)", &last,
         NULL},
        {"--document", "KEY", "only in this document", &grants.document, NULL},
        {"--unit", "CODE", "only items that this unit sees", &grants.unit, NULL},
        {"--read", "SCOPE", "hq, public, audit, region:NAME or unit:CODE (repeatable)", &last,
         NULL},
        {0}};
    const struct usage usage = {line, about, options, 1, 1};
    enum exit_code code;
    struct err err;

    grants.npushes = options_all(argc, argv, "--push", grants.pushes, MOST);
    grants.nreads = options_all(argc, argv, "--read", grants.reads, MOST);
    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (grants.npushes + grants.nreads == 0 || grants.npushes > MOST || grants.nreads > MOST) {
        err_set(&err, ERR_REJECT, "USAGE", argv[0], "1 to %d times --push or --read", MOST);
        return cli_fail(&err);
    }
    if (keys_open(&grants.keys, cli, argv[0], false, &err) && take_unit(&grants, &err) &&
        edit(&grants, &err))
        code = keys_send(&grants.keys, NULL);
    else
        code = cli_fail(&err);
    keys_close(&grants.keys);
    return code;
}

enum exit_code keys_grant(struct cli *cli, int argc, char **argv)
{
    return run(cli,
               "keys grant NAME [--push KIND[:GROUP,...]]... [--document KEY] [--unit CODE] "
               "[--read SCOPE]...",
               "What a principal may push and read besides what it may already. KIND alone means "
               "all its\n"
               "field groups, e.g. action:progress_report only these. Harmless to repeat.",
               grant, argc, argv);
}

enum exit_code keys_withdraw(struct cli *cli, int argc, char **argv)
{
    return run(cli,
               "keys withdraw NAME [--push KIND[:GROUP,...]]... [--document KEY] [--unit CODE] "
               "[--read SCOPE]...",
               "Takes back what was granted: named as it was granted, by kind, document and unit, "
               "or some\n"
               "of its field groups.",
               withdraw, argc, argv);
}
