/* SPDX-License-Identifier: Apache-2.0 */
/* uptake retract: a tombstone for what should not count, and its removal. With its contents, what
 * stands on it goes first, from the leaves to the root, each by a change of its own. */
#include "edit.h"
#include "fetch.h"
#include "options.h"
#include "preview.h"

#include <stdio.h>
#include <string.h>

enum { NAMED_MOST = 10 };

struct retract {
    struct cli *cli;
    const char *key, *reason, *replaced_by;
    bool restore, with_contents, dry_run;
    json_t *rows;     /* key -> {"key", "kind", "document", "revision", "change": {"retraction"}} */
    json_t *standing; /* key -> [keys of what stands on it] */
    json_t *beside;   /* key of a document -> [findings and links in it]: they block nothing */
    json_t *ordered;  /* keys, each behind what stands on it */
    json_t *visited;  /* key -> true */
};

/* What stands on what --------------------------------------------------------------------------
 */

static bool note(json_t *map, const char *on, const char *key)
{
    json_t *list = json_object_get(map, on);

    if (!on[0])
        return true;
    if (!list && json_object_set_new(map, on, list = json_array()) != 0)
        return false;
    return json_array_append_new(list, json_string(key)) == 0;
}

static bool note_all(json_t *map, const json_t *group, const char *field, const char *key)
{
    size_t index;
    json_t *each;

    json_array_foreach(
        json_object_get(group, field), index,
        each) if (!note(map,
                        json_is_string(each) ? json_string_value(each) : cli_text(each, "unit"),
                        key)) return false;
    return true;
}

/* Fields that hold one key. */
static const struct {
    const char *group, *field;
} single[] = {
    {"recommendation_text", "parent"},    {"assessment_made", "round"},
    {"indicator_stated", "about"},        {"unit_identity", "parent"},
    {"unit_identity", "reports_to"},      {"unit_identity", "merged_into"},
    {"document_identity", "office_unit"}, {"policy_rule", "overseer"},
};
/* And those that hold a list. */
static const struct {
    const char *group, *field;
} lists[] = {
    {"action_wording", "recommendations"},
    {"responsibilities", "units"},
    {"assessment_made", "subjects"},
};

static bool is_beside(const char *kind)
{
    return strcmp(kind, "finding") == 0 || strcmp(kind, "link") == 0;
}

static bool note_row(struct retract *r, const json_t *row)
{
    const json_t *change = json_object_get(row, "change");
    const char *key = cli_text(row, "key");
    const char *document = cli_text(row, "document");

    if (is_beside(cli_text(row, "kind")))
        return note(r->beside, document, key);
    if (strcmp(document, key) != 0 && !note(r->standing, document, key))
        return false;
    for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
        if (!note(r->standing, cli_text(json_object_get(change, single[i].group), single[i].field),
                  key))
            return false;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (!note_all(r->standing, json_object_get(change, lists[i].group), lists[i].field, key))
            return false;
    return true;
}

static bool take_row(void *ctx, json_t *row, struct err *err)
{
    struct retract *r = ctx;
    json_t *retraction = json_object_get(json_object_get(row, "change"), "retraction");
    json_t *kept;

    if (strcmp(cli_text(row, "kind"), "reminder") == 0)
        return true;
    kept =
        json_pack("{s:O, s:O, s:O, s:O, s:{s:O*}}", "key", json_object_get(row, "key"), "kind",
                  json_object_get(row, "kind"), "document", json_object_get(row, "document"),
                  "revision", json_object_get(row, "revision"), "change", "retraction", retraction);
    if (!kept || json_object_set_new(r->rows, cli_text(row, "key"), kept) != 0 || !note_row(r, row))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "retract", "cannot hold the register");
    return true;
}

static bool load(struct retract *r, struct err *err)
{
    struct fetch *fetch = fetch_open(r->cli, err);
    bool good = fetch && fetch_pages(fetch, "/v1/scopes/hq/snapshot?limit=200", "items",
                                     "after_key", take_row, r, err);

    fetch_close(fetch);
    return good;
}

/* In which order -------------------------------------------------------------------------------
 */

static const json_t *retraction_of(const json_t *row)
{
    return json_object_get(json_object_get(row, "change"), "retraction");
}

static bool is_retracted(const json_t *row)
{
    return json_is_true(json_object_get(retraction_of(row), "retracted"));
}

/* Is this one to go along? What is live, when it is retracted; what went for the same reason, when
 * it is restored. */
static bool goes_along(const struct retract *r, const json_t *row)
{
    const json_t *root = json_object_get(r->rows, r->key);

    if (!r->restore)
        return row && !is_retracted(row);
    return row && is_retracted(row) &&
           strcmp(cli_text(retraction_of(row), "reason"),
                  cli_text(retraction_of(root), "reason")) == 0;
}

static void order(struct retract *r, const char *key);

static void order_all(struct retract *r, const json_t *list)
{
    size_t index;
    json_t *each;

    json_array_foreach(list, index, each)
    {
        const char *key = json_string_value(each);
        if (!json_object_get(r->visited, key) && goes_along(r, json_object_get(r->rows, key)))
            order(r, key);
    }
}

/* Nothing stands on itself, so this ends; as deep as parts have parts and units have units. */
static void order(struct retract *r, const char *key)
{
    json_object_set_new(r->visited, key, json_true());
    order_all(r, json_object_get(r->beside, key));
    order_all(r, json_object_get(r->standing, key));
    json_array_append_new(r->ordered, json_string(key));
}

/* What becomes of it ---------------------------------------------------------------------------
 */

static json_t *groups_of(const struct retract *r, bool root)
{
    return json_pack("{s:{s:b, s:s, s:s}}", "retraction", "retracted", !r->restore, "reason",
                     r->reason, "replaced_by", root && r->replaced_by ? r->replaced_by : "");
}

static bool fill(struct retract *r, struct outbox *outbox, struct err *err)
{
    const size_t n = json_array_size(r->ordered);

    for (size_t i = 0; i < n; i++) {
        const size_t at = r->restore ? n - 1 - i : i;
        const char *key = json_string_value(json_array_get(r->ordered, at));
        json_t *groups = groups_of(r, strcmp(key, r->key) == 0);

        if (!groups)
            return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", key, "cannot hold the change");
        if (!edit_add(outbox, json_object_get(r->rows, key), groups, err))
            return false;
    }
    return true;
}

static enum exit_code tell_standing(const struct retract *r)
{
    const size_t n = json_array_size(r->ordered) - 1; /* the last is the item itself */

    if (r->cli->json) {
        json_array_remove(r->ordered, n);
        return cli_print_json(json_pack("{s:s, s:s, s:O}", "code", "NOT_EMPTY", "key", r->key,
                                        "standing", r->ordered),
                              EXIT_FINDINGS);
    }
    fprintf(stderr, "uptake: NOT_EMPTY: %s: %zu item%s stand%s on it\n", r->key, n, cli_s(n),
            n == 1 ? "s" : "");
    for (size_t i = 0; i < n && i < NAMED_MOST; i++)
        fprintf(stderr, "  %s\n", json_string_value(json_array_get(r->ordered, i)));
    fprintf(stderr, "%sretract what stands on it first, or all with --with-contents\n",
            n > NAMED_MOST ? "  ...\n" : "");
    return EXIT_FINDINGS;
}

static bool find_root(struct retract *r, struct err *err)
{
    const json_t *row = json_object_get(r->rows, r->key);

    if (!row)
        return err_set(err, ERR_REJECT, "NOT_FOUND", r->key, "the register has no such item");
    if (r->restore && !is_retracted(row))
        return err_set(err, ERR_REJECT, "NOT_RETRACTED", r->key, "it stands; nothing to restore");
    return true;
}

static enum exit_code run(struct retract *r)
{
    struct outbox outbox = {0};
    struct err err;

    if (!load(r, &err) || !find_root(r, &err))
        return cli_fail(&err);
    if (!r->with_contents && r->restore) {
        json_array_append_new(r->ordered, json_string(r->key));
    } else {
        if (!r->with_contents)
            json_object_clear(r->beside);
        order(r, r->key);
        if (!r->with_contents && json_array_size(r->ordered) > 1)
            return tell_standing(r);
    }
    if (!fill(r, &outbox, &err)) {
        outbox_finish(&outbox);
        return cli_fail(&err);
    }
    return preview_or_send(r->cli, &outbox, r->dry_run);
}

enum exit_code verb_retract(struct cli *cli, int argc, char **argv)
{
    struct retract r = {.cli = cli};
    const struct option options[] = {
        {"--reason", "TEXT", "why, kept in history; needed", &r.reason, NULL},
        {"--replaced-by", "KEY", "item of the same kind that stands in its place", &r.replaced_by,
         NULL},
        {"--restore", NULL, "undo it", NULL, &r.restore},
        {"--with-contents", NULL,
         "what stands on it too; with --restore, what was retracted for the same reason", NULL,
         &r.with_contents},
        {"--dry-run", NULL, "print the changes, send nothing", NULL, &r.dry_run},
        {0}};
    const struct usage usage = {
        "retract KEY --reason TEXT [flags]",
        "Takes an item out of the register's counts and lists. It stays in history, and its key\n"
        "is never used again.",
        options, 1, 1};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (!r.reason || !r.reason[0]) {
        err_set(&err, ERR_REJECT, "USAGE", "--reason", "say why; it is kept in history");
        return cli_fail(&err);
    }
    r.key = argv[0];
    r.rows = json_object();
    r.standing = json_object();
    r.beside = json_object();
    r.ordered = json_array();
    r.visited = json_object();
    code = run(&r);
    json_decref(r.rows);
    json_decref(r.standing);
    json_decref(r.beside);
    json_decref(r.ordered);
    json_decref(r.visited);
    return code;
}
