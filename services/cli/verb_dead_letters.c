/* SPDX-License-Identifier: Apache-2.0 */
/* uptake dead-letters: changes that ingest could not record; a person has them tried again, or
 * discards them. */
#include "edit.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

enum { ID_DIGITS = 32 };

struct letters {
    struct cli *cli;
    const char *decided_by, *reason, *sender;
    bool all;
    json_t *found; /* with --json, and for one letter */
    size_t n;
};

static void print_row(const json_t *letter)
{
    printf("%s  %s  %-9s  %s  %s\n", cli_text(letter, "id"), cli_text(letter, "recorded_at"),
           cli_text(letter, "state"), cli_text(letter, "sender"), cli_text(letter, "key"));
}

static bool take_row(void *ctx, json_t *letter, struct err *err)
{
    struct letters *l = ctx;

    (void)err;
    if (l->sender && strcmp(l->sender, cli_text(letter, "sender")) != 0)
        return true;
    l->n++;
    json_array_append(l->found, letter);
    return true;
}

static bool ask(struct letters *l, const char *path, struct err *err)
{
    struct fetch *fetch = fetch_open(l->cli, err);
    bool good = fetch && fetch_pages(fetch, path, "dead_letters", "after", take_row, l, err);

    fetch_close(fetch);
    return good;
}

static enum exit_code list(struct letters *l)
{
    size_t index;
    json_t *letter;
    struct err err;

    if (!ask(l, l->all ? "/v1/dead-letters?limit=500" : "/v1/dead-letters?limit=500&state=waiting",
             &err))
        return cli_fail(&err);
    if (l->cli->json)
        return cli_print_json(json_pack("{s:O}", "dead_letters", l->found), EXIT_OK);
    json_array_foreach(l->found, index, letter) print_row(letter);
    printf("%zu letter%s%s\n", l->n, cli_s(l->n), l->all ? "" : " waiting");
    return EXIT_OK;
}

/* The letter with that id; where two senders used the same one, --sender says whose. */
static const json_t *find(struct letters *l, const char *id, struct err *err)
{
    char path[80];

    if (strlen(id) != ID_DIGITS || strspn(id, "0123456789abcdef") != ID_DIGITS)
        return err_null(err, ERR_REJECT, "USAGE", id, "an id has 32 hexadecimal digits");
    snprintf(path, sizeof(path), "/v1/dead-letters?id=%s", id);
    if (!ask(l, path, err))
        return NULL;
    if (l->n == 0)
        return err_null(err, ERR_REJECT, "LETTER_UNKNOWN", id, "no such change was parked");
    if (l->n > 1)
        return err_null(err, ERR_REJECT, "LETTER_AMBIGUOUS", id,
                        "parked of several senders; say whose with --sender");
    return json_array_get(l->found, 0);
}

static enum exit_code show(struct letters *l, const char *id)
{
    struct err err;
    const json_t *letter = find(l, id, &err);
    const json_t *replay = json_object_get(letter, "replay");

    if (!letter)
        return cli_fail(&err);
    if (l->cli->json)
        return cli_print_json(json_deep_copy(letter), EXIT_OK);
    print_row(letter);
    printf("  because %s (%s)\n", cli_text(letter, "reason"), cli_text(letter, "sqlstate"));
    if (*cli_text(letter, "decided_by"))
        printf("  %s by %s\n", cli_text(letter, "state"), cli_text(letter, "decided_by"));
    if (replay)
        printf("  tried again as %s: %s %s\n", cli_text(replay, "id"),
               *cli_text(replay, "outcome") ? cli_text(replay, "outcome") : "not yet",
               cli_text(replay, "code"));
    json_dumpf(json_object_get(letter, "change"), stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
    putchar('\n');
    return EXIT_OK;
}

static bool add_decision(struct letters *l, const json_t *letter, const char *word,
                         struct outbox *outbox, struct err *err)
{
    const char *id = cli_text(letter, "id");
    char key[sizeof("dead-letter:") + ID_DIGITS];
    json_t *item, *groups;
    bool good;

    snprintf(key, sizeof(key), "dead-letter:%s", id);
    item = json_pack("{s:s, s:s, s:s, s:O}", "kind", "dead_letter", "document", "dead-letters",
                     "key", key, "revision", json_object_get(letter, "revision"));
    groups = json_pack("{s:{s:O, s:s, s:s, s:s, s:s}}", "dead_letter_decision", "sender",
                       json_object_get(letter, "sender"), "message_id", id, "decision", word,
                       "decided_by", l->decided_by, "reason", l->reason);
    if (!item || !groups) {
        json_decref(groups);
        json_decref(item);
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", id, "cannot hold the decision");
    }
    good = edit_set(outbox, item, groups, err);
    json_decref(item);
    return good;
}

static enum exit_code decide(struct letters *l, const char *id, const char *word)
{
    struct outbox outbox = {0};
    const json_t *letter;
    struct err err;

    if (!l->decided_by || !l->reason)
        err_set(&err, ERR_REJECT, "USAGE", "dead-letters", "say --by whom and for what --reason");
    else if ((letter = find(l, id, &err)) && add_decision(l, letter, word, &outbox, &err))
        return edit_send(l->cli, &outbox);
    outbox_finish(&outbox);
    return cli_fail(&err);
}

static enum exit_code run(struct letters *l, int argc, char **argv, const struct usage *usage)
{
    struct err err;

    if (argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0))
        return list(l);
    if (argc == 2 && strcmp(argv[0], "show") == 0)
        return show(l, argv[1]);
    if (argc == 2 && strcmp(argv[0], "replay") == 0)
        return decide(l, argv[1], "replayed");
    if (argc == 2 && strcmp(argv[0], "discard") == 0)
        return decide(l, argv[1], "discarded");
    err_set(&err, ERR_REJECT, "USAGE", "dead-letters", "usage: uptake %s", usage->line);
    return cli_fail(&err);
}

enum exit_code verb_dead_letters(struct cli *cli, int argc, char **argv)
{
    struct letters l = {.cli = cli};
    const struct option options[] = {
        {"--all", NULL, "list those decided about too", NULL, &l.all},
        {"--by", "NAME", "who decides; needed to replay or discard", &l.decided_by, NULL},
        {"--reason", "TEXT", "why; needed to replay or discard", &l.reason, NULL},
        {"--sender", "NAME", "only letters of this principal", &l.sender, NULL},
        {0}};
    const struct usage usage = {
        "dead-letters [list | show ID | replay ID | discard ID] [flags]",
        "Changes that ingest could not record and keeps for an operator. `replay` has one tried\n"
        "again as its sender's own change; how that went, `show` tells a second later. `discard`\n"
        "says that it is not wanted. Either is a change in scope audit.",
        options, 0, 2};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    l.found = json_array();
    code = run(&l, argc, argv, &usage);
    json_decref(l.found);
    return code;
}
