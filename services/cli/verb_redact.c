/* SPDX-License-Identifier: Apache-2.0 */
/* uptake redact: what changes of an item said is wiped for good; what stands is said anew. */
#include "edit.h"
#include "options.h"
#include "preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REVISIONS_MOST = 500, KEPT_MOST = 32 };

struct redact {
    struct cli *cli;
    const char *key, *ordered_by, *reason, *with;
    const char *revisions[REVISIONS_MOST];
    int nrevisions;
    const char *kept[KEPT_MOST];
    int nkept;
    bool dry_run;
};

static int ascending(const void *a, const void *b)
{
    const long long one = *(const long long *)a;
    const long long other = *(const long long *)b;

    return one < other ? -1 : one > other;
}

static json_t *redaction_group(const struct redact *r, struct err *err)
{
    long long numbers[REVISIONS_MOST];
    json_t *list = json_array();

    for (int i = 0; i < r->nrevisions; i++) {
        char *end = NULL;

        numbers[i] = strtoll(r->revisions[i], &end, 10);
        if (end == r->revisions[i] || *end || numbers[i] < 1) {
            json_decref(list);
            return err_null(err, ERR_REJECT, "USAGE", "--revision",
                            "\"%s\" is no number of a revision; see `uptake history`",
                            r->revisions[i]);
        }
    }
    qsort(numbers, (size_t)r->nrevisions, sizeof(numbers[0]), ascending);
    for (int i = 0; i < r->nrevisions; i++)
        if (i == 0 || numbers[i] != numbers[i - 1])
            json_array_append_new(list, json_integer(numbers[i]));
    return json_pack("{s:o, s:s, s:s}", "revisions", list, "ordered_by", r->ordered_by, "reason",
                     r->reason);
}

/* What is said instead: an object by name of field group. */
static json_t *replacements(const struct redact *r, struct err *err)
{
    json_error_t bad;
    json_t *groups;

    if (!r->with)
        return json_object();
    groups = strcmp(r->with, "-") == 0 ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &bad)
                                       : json_load_file(r->with, JSON_REJECT_DUPLICATES, &bad);
    if (json_is_object(groups))
        return groups;
    json_decref(groups);
    return err_null(err, ERR_REJECT, "JSON_BAD", r->with,
                    "%s; an object by name of field group, e.g. {\"progress_report\": {...}}",
                    groups ? "no object" : bad.text);
}

static bool keep_groups(const struct redact *r, const json_t *item, json_t *groups, struct err *err)
{
    for (int i = 0; i < r->nkept; i++) {
        json_t *now = json_object_get(json_object_get(item, "change"), r->kept[i]);

        if (!now)
            return err_set(err, ERR_REJECT, "GROUP_MISSING", r->kept[i],
                           "the item has no such field group");
        json_object_set(groups, r->kept[i], now);
    }
    return true;
}

static bool fill(const struct redact *r, const json_t *item, struct outbox *outbox, struct err *err)
{
    json_t *groups = replacements(r, err);
    json_t *redaction = groups ? redaction_group(r, err) : NULL;

    if (!redaction || !keep_groups(r, item, groups, err)) {
        json_decref(redaction);
        json_decref(groups);
        return false;
    }
    json_object_set_new(groups, "redaction", redaction);
    return edit_set(outbox, item, groups, err);
}

static enum exit_code run(const struct redact *r)
{
    struct outbox outbox = {0};
    struct err err;
    json_t *item = edit_fetch(r->cli, r->key, NULL, &err);
    bool good = item && fill(r, item, &outbox, &err);

    json_decref(item);
    if (good)
        return preview_or_send(r->cli, &outbox, r->dry_run);
    outbox_finish(&outbox);
    return cli_fail(&err);
}

enum exit_code verb_redact(struct cli *cli, int argc, char **argv)
{
    struct redact r = {.cli = cli};
    const char *last;
    const struct option options[] = {
        {"--revision", "N", "the change to wipe; may be repeated, needed", &last, NULL},
        {"--by", "NAME", "who ordered it; needed, kept in history", &r.ordered_by, NULL},
        {"--reason", "TEXT", "why, not what; needed, kept in history", &r.reason, NULL},
        {"--with", "FILE", "JSON object of the field groups to say instead; - is standard input",
         &r.with, NULL},
        {"--keep", "GROUP", "say this field group anew as it stands; may be repeated", &last, NULL},
        {"--dry-run", NULL, "print the change, send nothing", NULL, &r.dry_run},
        {0}};
    const struct usage usage = {
        "redact KEY --revision N --by NAME --reason TEXT [flags]",
        "Wipes the bytes of changes of an item for good: from history, feeds, conflicts and dead\n"
        "letters. Their hashes stay, so the chains still verify. What a wiped change said last is\n"
        "said anew with --with or --keep. What offices and mailboxes hold already cannot be\n"
        "called back, and backups hold it until they are gone; correct the source too, or the\n"
        "next import brings it again.",
        options, 1, 1};
    enum exit_code code;
    struct err err;

    r.nrevisions = options_all(argc, argv, "--revision", r.revisions, REVISIONS_MOST);
    r.nkept = options_all(argc, argv, "--keep", r.kept, KEPT_MOST);
    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    r.key = argv[0];
    if (!r.ordered_by || !r.reason || r.nrevisions == 0) {
        err_set(&err, ERR_REJECT, "USAGE", "redact", "needs --revision, --by and --reason");
        return cli_fail(&err);
    }
    if (r.nrevisions > REVISIONS_MOST || r.nkept > KEPT_MOST) {
        err_set(&err, ERR_REJECT, "USAGE", "redact", "at most %d revisions and %d groups at once",
                REVISIONS_MOST, KEPT_MOST);
        return cli_fail(&err);
    }
    return run(&r);
}
