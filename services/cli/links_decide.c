/* SPDX-License-Identifier: Apache-2.0 */
/* links confirm, reject, add: what a person says of links. Nothing is sent unless all is right. */
#include "base/bytes.h"
#include "links.h"

#include <stdio.h>
#include <string.h>

static const char *const relations[] = {"answers", "cites", "repeats", "supersedes",
                                        "clusters_with"};

void links_key(const char *document, const char *relation, const char *from, const char *to,
               char key[LINKS_KEY])
{
    enum { DIGITS = 12 };
    struct arena arena = {0};
    const char *ends = arena_printf(&arena, "%s\n%s", from, to);
    uint8_t digest[SHA256_BYTES] = {0};
    char hex[SHA256_HEX];
    int len;

    if (ends)
        sha256(ends, strlen(ends), digest);
    bytes_to_hex(digest, sizeof(digest), hex);
    len = snprintf(key, LINKS_KEY, "%s#link:%s-%.*s", document, relation, DIGITS, hex);
    if (!ends || len < 0 || len >= LINKS_KEY)
        key[0] = '\0';
    arena_finish(&arena);
}

/* The group that says what was decided; NULL with err set. */
static json_t *decision(struct links *links, const char *state, struct err *err)
{
    struct date today;
    char day[DATE_TEXT];
    json_t *group;

    if (!links->by || !*links->by)
        return err_null(err, ERR_REJECT, "USAGE", "--by", "say who decides: --by NAME");
    if (!cli_today(links->cli, &today, err))
        return NULL;
    date_format(today, day);
    group = json_pack("{s:s, s:s, s:s, s:s}", "state", state, "decided_by", links->by, "decided_on",
                      day, "reason", links->reason ? links->reason : "");
    return group ? group
                 : err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "links", "cannot hold the decision");
}

static bool is_retracted(const json_t *item)
{
    const json_t *group = json_object_get(json_object_get(item, "change"), "retraction");

    return json_is_true(json_object_get(group, "retracted"));
}

/* The same decision again, by whom and why ever, is none. */
static bool decide_item(struct links *links, struct outbox *outbox, const json_t *item,
                        const char *state, struct err *err)
{
    const json_t *now = json_object_get(json_object_get(item, "change"), "link_decision");
    json_t *group;

    if (is_retracted(item))
        return err_set(err, ERR_REJECT, "LINK_RETRACTED", cli_text(item, "key"),
                       "the link was retracted; there is nothing to decide");
    if (strcmp(cli_text(now, "state"), state) == 0) {
        fprintf(stderr, "uptake: note: %s is %s already, by %s on %s\n", cli_text(item, "key"),
                state, cli_text(now, "decided_by"), cli_text(now, "decided_on"));
        return true;
    }
    group = decision(links, state, err);
    return group && edit_add(outbox, item, json_pack("{s:o}", "link_decision", group), err);
}

static enum exit_code decide_all(struct links *links, int n, char **keys, const char *state)
{
    struct outbox outbox = {0};
    enum exit_code code;
    struct err err;

    for (int i = 0; i < n; i++) {
        json_t *item = edit_fetch(links->cli, keys[i], "link", &err);
        const bool good = item && decide_item(links, &outbox, item, state, &err);
        json_decref(item);
        if (!good) {
            code = cli_fail(&err);
            outbox_finish(&outbox);
            return code;
        }
    }
    return edit_send(links->cli, &outbox);
}

static enum exit_code fail(const char *place, const char *text)
{
    struct err err;

    err_set(&err, ERR_REJECT, "USAGE", place, "%s", text);
    return cli_fail(&err);
}

enum exit_code links_confirm(struct links *links, int n, char **keys)
{
    if (!links->by || !*links->by)
        return fail("--by", "say who decides: --by NAME");
    return decide_all(links, n, keys, "confirmed");
}

enum exit_code links_reject(struct links *links, int n, char **keys)
{
    if (!links->by || !*links->by)
        return fail("--by", "say who decides: --by NAME");
    if (!links->reason || !*links->reason)
        return fail("--reason", "say why it is none: --reason TEXT");
    return decide_all(links, n, keys, "rejected");
}

/* links add ----------------------------------------------------------------------------------- */

/* The word as the register spells it; NULL: there is no such relation. */
static const char *find_relation(const char *word)
{
    if (strcmp(word, "clusters-with") == 0)
        return "clusters_with";
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
        if (strcmp(relations[i], word) == 0)
            return relations[i];
    return NULL;
}

static bool create(struct links *links, struct outbox *outbox, const char *relation,
                   const json_t *from, const char *to, const char *key, struct err *err)
{
    json_t *group = decision(links, "confirmed", err);
    json_t *groups =
        group ? json_pack("{s:{s:s, s:s, s:s, s:s, s:s}, s:o}", "link_drawn", "relation", relation,
                          "from", cli_text(from, "key"), "to", to ? to : "", "cited_document",
                          links->document ? links->document : "", "cited_paragraph",
                          links->paragraph ? links->paragraph : "", "link_decision", group)
              : NULL;

    if (group && !groups)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", key, "cannot hold the link");
    return groups && edit_create(outbox, "link", cli_text(from, "document"), key, groups, err);
}

/* A link that is there already, proposed or rejected, becomes a confirmed one. */
static bool add(struct links *links, struct outbox *outbox, const char *relation,
                const json_t *from, const char *to, struct err *err)
{
    struct arena arena = {0};
    const char *end = to ? to
                         : arena_printf(&arena, "%s\n%s", links->document,
                                        links->paragraph ? links->paragraph : "");
    char key[LINKS_KEY];
    json_t *item;
    bool good;

    links_key(cli_text(from, "document"), relation, cli_text(from, "key"), end ? end : "", key);
    arena_finish(&arena);
    item = edit_fetch(links->cli, key, "link", err);
    if (item)
        good = decide_item(links, outbox, item, "confirmed", err);
    else
        good = strcmp(err->code, "NOT_FOUND") == 0 &&
               create(links, outbox, relation, from, to, key, err);
    json_decref(item);
    return good;
}

static enum exit_code add_between(struct links *links, const char *relation, const char *from_key,
                                  const char *to)
{
    struct outbox outbox = {0};
    enum exit_code code;
    struct err err;
    json_t *from = edit_fetch(links->cli, from_key, NULL, &err);
    json_t *other = from && to ? edit_fetch(links->cli, to, NULL, &err) : NULL;

    if (from && (other || !to) && add(links, &outbox, relation, from, to, &err)) {
        code = edit_send(links->cli, &outbox);
    } else {
        code = cli_fail(&err);
        outbox_finish(&outbox);
    }
    json_decref(from);
    json_decref(other);
    return code;
}

enum exit_code links_add(struct links *links, int n, char **arguments)
{
    const char *relation = find_relation(arguments[0]);
    const char *to = n > 2 ? arguments[2] : NULL;

    if (!relation)
        return fail(arguments[0], "a relation is answers, cites, repeats, supersedes or "
                                  "clusters-with");
    if (!links->by || !*links->by)
        return fail("--by", "say who draws it: --by NAME");
    if (!to && (strcmp(relation, "cites") != 0 || !links->document))
        return fail(relation, "name the other item; only cites may name --document SYMBOL "
                              "(and --paragraph P) instead");
    if (to && (links->document || links->paragraph) && strcmp(relation, "cites") != 0)
        return fail(relation, "--document and --paragraph belong to cites");
    if (to && strcmp(to, arguments[1]) == 0)
        return fail(to, "an item is not linked to itself");
    return add_between(links, relation, arguments[1], to);
}
