/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links propose: which earlier recommendations a document's recommendations may repeat.
 *
 * The best few of each are proposed once. What a person has rejected keeps its place among the
 * best, so that nothing worse moves up in its stead, and is not proposed again.
 */
#include "fetch.h"
#include "lines.h"
#include "links_register.h"

#include <stdio.h>
#include <string.h>

struct proposing {
    struct links *links;
    const char *document;
    struct links_register all;
    json_t *compared; /* the documents, by key */
    json_t *rows;     /* one object per proposal, new or known */
    struct outbox outbox;
    int nasked, nnew, nbelow;
};

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "links", "cannot hold the proposals");
}

/* Documents ----------------------------------------------------------------------------------- */

/* Is the other one surely later? Days, or a year alone, compare as text. */
static bool is_later(const struct proposing *p, const char *other)
{
    const char *own_day = cli_text(p->all.documents, p->document);
    const char *day = cli_text(p->all.documents, other);

    return *own_day && *day && strcmp(day, own_day) > 0;
}

static bool compare_named(struct proposing *p, struct err *err)
{
    for (int i = 0; i < p->links->nagainst; i++) {
        const char *key = p->links->against[i];
        if (!json_object_get(p->all.documents, key))
            return err_set(err, ERR_REJECT, "NOT_FOUND", key, "there is no such document");
        if (strcmp(key, p->document) == 0)
            return err_set(err, ERR_REJECT, "USAGE", key, "a document does not repeat itself");
        if (is_later(p, key))
            return err_set(err, ERR_REJECT, "DOCUMENT_LATER", key,
                           "it is dated %s, after %s; propose for it instead",
                           cli_text(p->all.documents, key), p->document);
        if (json_object_set_new(p->compared, key, json_true()) != 0)
            return no_memory(err);
    }
    return true;
}

static bool choose_documents(struct proposing *p, struct err *err)
{
    const char *key;
    json_t *day;

    if (!json_object_get(p->all.documents, p->document))
        return err_set(err, ERR_REJECT, "NOT_FOUND", p->document, "there is no such document");
    if (p->links->nagainst && !compare_named(p, err))
        return false;
    json_object_foreach(p->all.documents, key, day)
    {
        const bool own = strcmp(key, p->document) == 0;
        if ((own || (!p->links->nagainst && !is_later(p, key))) &&
            json_object_set_new(p->compared, key, json_true()) != 0)
            return no_memory(err);
    }
    return true;
}

/* Reasons ------------------------------------------------------------------------------------- */

struct nearest {
    const char *from, *to; /* codes; NULL: the whole */
    int score;
};

/* Where one of them has parts: which pieces are nearest to each other. */
static bool find_nearest(struct proposing *p, const struct ask *from, const struct ask *to,
                         struct nearest *best)
{
    const struct ask_part whole_from = {.next = from->parts, .text = from->number};
    const struct ask_part whole_to = {.next = to->parts, .text = to->number};

    *best = (struct nearest){.score = 0};
    for (const struct ask_part *a = from->parts ? from->parts : &whole_from; a; a = a->next) {
        for (const struct ask_part *b = to->parts ? to->parts : &whole_to; b; b = b->next) {
            const int score = likeness_score(p->all.set, a->text, b->text);
            if (score < 0)
                return false;
            if (score > best->score)
                *best = (struct nearest){a->code, b->code, score};
        }
    }
    return true;
}

static json_t *reasons_of(struct proposing *p, const struct ask *from, const struct ask *to)
{
    const char *reasons[LIKENESS_REASONS];
    const int n = likeness_explain(p->all.set, from->number, to->number, &p->all.arena, reasons);
    json_t *list = json_array();
    struct nearest best = {0};

    if (n < 0 || !find_nearest(p, from, to, &best)) {
        json_decref(list);
        return NULL;
    }
    if (best.from || best.to)
        json_array_append_new(
            list, json_sprintf("nearest: %s%s of the later, %s%s of the earlier",
                               best.from ? "part " : "the whole", best.from ? best.from : "",
                               best.to ? "part " : "the whole", best.to ? best.to : ""));
    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_string(reasons[i]));
    return list;
}

/* Proposals ----------------------------------------------------------------------------------- */

static bool add_new(struct proposing *p, const char *key, const json_t *row, struct err *err)
{
    json_t *groups =
        json_pack("{s:{s:s, s:O, s:O, s:O, s:O}, s:{s:s}}", "link_drawn", "relation", "repeats",
                  "from", json_object_get(row, "from"), "to", json_object_get(row, "to"), "score",
                  json_object_get(row, "score"), "reasons", json_object_get(row, "reasons"),
                  "link_decision", "state", "proposed");

    p->nnew++;
    return groups ? edit_create(&p->outbox, "link", p->document, key, groups, err) : no_memory(err);
}

static bool propose(struct proposing *p, const struct ask *from, struct likeness_match match,
                    int rank, struct err *err)
{
    const struct ask *to = links_register_ask(&p->all, match.text);
    const json_t *known = links_register_known(&p->all, from->key, to->key);
    json_t *reasons = reasons_of(p, from, to);
    char key[LINKS_KEY];
    json_t *row;

    links_key(p->document, "repeats", from->key, to->key, key);
    row = reasons ? json_pack("{s:s, s:s, s:s, s:i, s:i, s:o, s:s, s:b, s:s, s:s}", "key",
                              known ? cli_text(known, "key") : key, "from", from->key, "to",
                              to->key, "rank", rank, "score", (int)match.score, "reasons", reasons,
                              "state", known ? cli_text(known, "state") : "proposed", "new",
                              known == NULL, "text", from->text, "earlier_text", to->text)
                  : NULL;
    if (!row || json_array_append_new(p->rows, row) != 0)
        return no_memory(err);
    return known || add_new(p, key, row, err);
}

static bool propose_all(struct proposing *p, struct err *err)
{
    struct likeness_match matches[LINKS_LIMIT_MAX];

    for (int i = 0; i < p->all.nasks; i++) {
        const struct ask *ask = &p->all.asks[i];
        int n;
        if (strcmp(ask->document, p->document) != 0)
            continue;
        p->nasked++;
        n = likeness_nearest(p->all.set, ask->number, matches, (int)p->links->limit);
        if (n < 0)
            return no_memory(err);
        for (int m = 0; m < n; m++) {
            if (matches[m].score < p->links->min_score)
                p->nbelow++;
            else if (!propose(p, ask, matches[m], m + 1, err))
                return false;
        }
    }
    return true;
}

/* Answers ------------------------------------------------------------------------------------- */

static void print_row(const json_t *row)
{
    size_t index;
    json_t *reason;

    printf("%4lld  %s  <-  %s  (%s%s)\n", cli_number(row, "score"), cli_text(row, "from"),
           cli_text(row, "to"), json_is_true(json_object_get(row, "new")) ? "new: " : "",
           cli_text(row, "state"));
    printf("      now:     ");
    cli_put_short(cli_text(row, "text"), 100);
    printf("\n      earlier: ");
    cli_put_short(cli_text(row, "earlier_text"), 100);
    putchar('\n');
    json_array_foreach(json_object_get(row, "reasons"), index, reason)
        printf("      %s\n", json_string_value(reason));
    printf("      %s\n", cli_text(row, "key"));
}

static void print_counts(const struct proposing *p)
{
    const size_t known = json_array_size(p->rows) - (size_t)p->nnew;

    printf("%s: %d recommendation%s compared with %d of %zu document%s: %d new proposal%s, %zu "
           "known before, %d left out as too faint\n",
           p->document, p->nasked, cli_s((unsigned)p->nasked), p->all.nasks - p->nasked,
           json_object_size(p->compared) - 1, cli_s(json_object_size(p->compared) - 1), p->nnew,
           cli_s((unsigned)p->nnew), known, p->nbelow);
}

static enum exit_code answer_json(const struct proposing *p, bool sent)
{
    const enum exit_code code = sent ? lines_exit_code(&p->outbox) : EXIT_OK;
    json_t *against = json_array();
    const char *key;
    json_t *value;

    json_object_foreach(p->compared, key, value)
    {
        if (strcmp(key, p->document) != 0)
            json_array_append_new(against, json_string(key));
    }
    return cli_print_json(json_pack("{s:s, s:o, s:i, s:i, s:i, s:O, s:i, s:i, s:o}", "document",
                                    p->document, "against", against, "recommendations", p->nasked,
                                    "compared_with", p->all.nasks - p->nasked, "below_min_score",
                                    p->nbelow, "proposals", p->rows, "new", p->nnew, "known_before",
                                    (int)json_array_size(p->rows) - p->nnew, "sent",
                                    sent ? lines_result(&p->outbox, 0) : json_null()),
                          code);
}

static enum exit_code answer(struct proposing *p)
{
    const bool send = !p->links->dry_run && p->outbox.n;
    size_t index;
    json_t *row;
    struct err err;

    if (send && !send_all(p->links->cli, &p->outbox, &err))
        return cli_fail(&err);
    if (p->links->cli->json)
        return answer_json(p, send);
    json_array_foreach(p->rows, index, row) print_row(row);
    print_counts(p);
    if (p->links->dry_run)
        printf("nothing sent (dry run)\n");
    else if (send)
        lines_print(&p->outbox, 0, "");
    return send ? lines_exit_code(&p->outbox) : EXIT_OK;
}

enum exit_code links_propose(struct links *links, int n, char **arguments)
{
    struct proposing p = {
        .links = links, .document = arguments[0], .compared = json_object(), .rows = json_array()};
    enum exit_code code;
    struct err err;

    (void)n;
    if (links_register_load(links->cli, &p.all, &err) && choose_documents(&p, &err) &&
        links_register_compare(&p.all, p.compared, &err) && propose_all(&p, &err))
        code = answer(&p);
    else
        code = cli_fail(&err);
    json_decref(p.compared);
    json_decref(p.rows);
    links_register_finish(&p.all);
    outbox_finish(&p.outbox);
    return code;
}
