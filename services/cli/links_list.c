/* SPDX-License-Identifier: Apache-2.0 */
/* links list and show: what is linked, and both texts side by side for a person to decide. */
#include "fetch.h"
#include "links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *links_row(const json_t *item)
{
    const json_t *change = json_object_get(item, "change");
    const json_t *drawn = json_object_get(change, "link_drawn");
    const json_t *decided = json_object_get(change, "link_decision");
    const bool retracted =
        json_is_true(json_object_get(json_object_get(change, "retraction"), "retracted"));
    const char *state = retracted ? "retracted" : cli_text(decided, "state");
    json_t *reasons = json_object_get(drawn, "reasons");

    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:s, s:s, s:s, s:s, s:I}", "key",
        cli_text(item, "key"), "document", cli_text(item, "document"), "relation",
        cli_text(drawn, "relation"), "from", cli_text(drawn, "from"), "to", cli_text(drawn, "to"),
        "cited_document", cli_text(drawn, "cited_document"), "cited_paragraph",
        cli_text(drawn, "cited_paragraph"), "score", (json_int_t)cli_number(drawn, "score"),
        "reasons", reasons ? json_incref(reasons) : json_array(), "state",
        *state ? state : "proposed", "decided_by", cli_text(decided, "decided_by"), "decided_on",
        cli_text(decided, "decided_on"), "reason", cli_text(decided, "reason"), "revision",
        (json_int_t)cli_number(item, "revision"));
}

/* List ---------------------------------------------------------------------------------------- */

struct listed {
    const struct links *links;
    json_t *rows;
};

static bool lies_in(const char *key, const char *document)
{
    const size_t len = strlen(document);

    return strncmp(key, document, len) == 0 && (!key[len] || key[len] == '#');
}

static bool is_wanted(const struct links *links, const json_t *row)
{
    const char *from = cli_text(row, "from");
    const char *to = cli_text(row, "to");
    const char *relation = cli_text(row, "relation");

    if (links->document && !lies_in(from, links->document) && !lies_in(to, links->document) &&
        strcmp(cli_text(row, "cited_document"), links->document) != 0)
        return false;
    if (links->state ? strcmp(cli_text(row, "state"), links->state) != 0
                     : strcmp(cli_text(row, "state"), "retracted") == 0)
        return false;
    if (links->relation && strcmp(links->relation, relation) != 0)
        return false;
    return !links->item || strcmp(links->item, from) == 0 || strcmp(links->item, to) == 0;
}

static bool take_link(void *ctx, json_t *item, struct err *err)
{
    struct listed *listed = ctx;
    json_t *row = links_row(item);
    bool good = row != NULL;

    if (good && is_wanted(listed->links, row))
        good = json_array_append(listed->rows, row) == 0;
    json_decref(row);
    return good || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "links", "cannot hold the list");
}

/* By where they begin; the nearest first. */
static int compare(const void *a, const void *b)
{
    const json_t *one = *(json_t *const *)a;
    const json_t *other = *(json_t *const *)b;
    const int order = strcmp(cli_text(one, "from"), cli_text(other, "from"));
    const long long nearer = cli_number(other, "score") - cli_number(one, "score");

    if (order || nearer)
        return order ? order : nearer < 0 ? -1 : 1;
    return strcmp(cli_text(one, "key"), cli_text(other, "key"));
}

static json_t *sorted(const json_t *rows)
{
    const size_t n = json_array_size(rows);
    json_t **list = calloc(n + 1, sizeof(json_t *));
    json_t *result = json_array();

    for (size_t i = 0; list && i < n; i++)
        list[i] = json_array_get(rows, i);
    if (list)
        qsort(list, n, sizeof(json_t *), compare);
    for (size_t i = 0; list && i < n; i++)
        json_array_append(result, list[i]);
    free(list);
    return result;
}

static void print_row(const json_t *row)
{
    printf("%-9s  %-13s  %4lld  %s  ->  ", cli_text(row, "state"), cli_text(row, "relation"),
           cli_number(row, "score"), cli_text(row, "from"));
    if (*cli_text(row, "to"))
        printf("%s", cli_text(row, "to"));
    else
        printf("%s %s", cli_text(row, "cited_document"), cli_text(row, "cited_paragraph"));
    printf("\n                                 %s\n", cli_text(row, "key"));
}

static bool check_word(const char *flag, const char *word, const char *const *words,
                       struct err *err)
{
    for (; word && *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return !word || err_set(err, ERR_REJECT, "PARAMETER_INVALID", flag,
                            strcmp(flag, "--state") == 0
                                ? "proposed, confirmed, rejected or retracted"
                                : "answers, cites, repeats, supersedes or clusters_with");
}

static bool check_words(const struct links *links, struct err *err)
{
    static const char *const states[] = {"proposed", "confirmed", "rejected", "retracted", NULL};
    static const char *const relations[] = {"answers",    "cites",         "repeats",
                                            "supersedes", "clusters_with", NULL};

    return check_word("--state", links->state, states, err) &&
           check_word("--relation", links->relation, relations, err);
}

enum exit_code links_list(struct links *links, int n, char **arguments)
{
    struct listed listed = {.links = links, .rows = json_array()};
    struct fetch *fetch = NULL;
    enum exit_code code;
    struct err err;
    json_t *rows;

    (void)n, (void)arguments;
    if (!check_words(links, &err) || !(fetch = fetch_open(links->cli, &err)) ||
        !fetch_pages(fetch, "/v1/scopes/hq/snapshot?kind=link&limit=200", "items", "after_key",
                     take_link, &listed, &err)) {
        code = cli_fail(&err);
    } else {
        rows = sorted(listed.rows);
        if (links->cli->json) {
            code = cli_print_json(
                json_pack("{s:o, s:I}", "links", rows, "count", (json_int_t)json_array_size(rows)),
                EXIT_OK);
        } else {
            for (size_t i = 0; i < json_array_size(rows); i++)
                print_row(json_array_get(rows, i));
            printf("%zu link%s\n", json_array_size(rows), cli_s(json_array_size(rows)));
            json_decref(rows);
            code = EXIT_OK;
        }
    }
    fetch_close(fetch);
    json_decref(listed.rows);
    return code;
}

/* Show ---------------------------------------------------------------------------------------- */

enum { COLUMN = 56 };

/* Prints as many words as fit into one line of the column; moves behind them. */
static void print_line(const char **text, bool pad)
{
    const char *at = *text + strspn(*text, " \t\n");
    const char *end = at;
    int width = 0;
    int fits = 0;

    for (const char *p = at; width <= COLUMN; p++) {
        if (!*p || strchr(" \t\n", *p)) {
            end = p;
            fits = width;
        }
        if (!*p || *p == '\n')
            break;
        width += ((unsigned char)*p & 0xC0) != 0x80;
    }
    if (end == at && *at && *at != '\n') /* one word, longer than the column */
        for (fits = 0; *end && (fits < COLUMN || ((unsigned char)*end & 0xC0) == 0x80); end++)
            fits += ((unsigned char)*end & 0xC0) != 0x80;
    printf("%.*s%*s", (int)(end - at), at, pad ? COLUMN - fits : 0, "");
    *text = end;
}

static void print_columns(const char *left, const char *right)
{
    while (*left || *right) {
        fputs("  ", stdout);
        print_line(&left, true);
        fputs("  |  ", stdout);
        print_line(&right, false);
        putchar('\n');
        left += strspn(left, " \t\n");
        right += strspn(right, " \t\n");
    }
}

/* What an item says, whatever its kind. */
static const char *text_of(const json_t *item)
{
    static const char *const places[][2] = {{"recommendation_text", "text"},
                                            {"action_wording", "text"},
                                            {"document_identity", "title"},
                                            {"response_statement", "text"}};
    const json_t *change = json_object_get(item, "change");

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const char *text = cli_text(json_object_get(change, places[i][0]), places[i][1]);
        if (*text)
            return text;
    }
    return "(no text)";
}

static void print_link(const json_t *row, const json_t *from, const json_t *to)
{
    const char *cited = cli_text(row, "cited_document");
    size_t index;
    json_t *reason;

    printf("%s\n%s, %s, score %lld", cli_text(row, "key"), cli_text(row, "relation"),
           cli_text(row, "state"), cli_number(row, "score"));
    if (*cli_text(row, "decided_by"))
        printf("; by %s on %s%s%s", cli_text(row, "decided_by"), cli_text(row, "decided_on"),
               *cli_text(row, "reason") ? ": " : "", cli_text(row, "reason"));
    putchar('\n');
    json_array_foreach(json_object_get(row, "reasons"), index, reason)
        printf("  %s\n", json_string_value(reason));
    putchar('\n');
    print_columns(cli_text(row, "from"), to ? cli_text(row, "to") : cited);
    print_columns(text_of(from), to ? text_of(to) : cli_text(row, "cited_paragraph"));
}

enum exit_code links_show(struct links *links, int n, char **arguments)
{
    struct err err;
    json_t *item = edit_fetch(links->cli, arguments[0], "link", &err);
    json_t *row = item ? links_row(item) : NULL;
    const char *other = cli_text(row, "to");
    json_t *from = row ? edit_fetch(links->cli, cli_text(row, "from"), NULL, &err) : NULL;
    json_t *to = from && *other ? edit_fetch(links->cli, other, NULL, &err) : NULL;
    enum exit_code code = EXIT_OK;

    (void)n;
    if (!from || (*other && !to))
        code = cli_fail(&err);
    else if (links->cli->json)
        code = cli_print_json(json_pack("{s:O, s:s, s:s, s:O}", "link", row, "from_text",
                                        text_of(from), "to_text", to ? text_of(to) : "", "history",
                                        json_object_get(item, "history")),
                              EXIT_OK);
    else
        print_link(row, from, to);
    json_decref(item);
    json_decref(row);
    json_decref(from);
    json_decref(to);
    return code;
}
