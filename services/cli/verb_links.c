/* SPDX-License-Identifier: Apache-2.0 */
/* uptake links: what is linked to what, which recommendations may repeat earlier ones, and what a
 * person says of that. */
#include "links.h"
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 1000, LIMIT = 2, MIN_SCORE = 100 };

static const struct command {
    const char *name;
    links_fn *run;
    int least, most; /* arguments behind the name */
} commands[] = {
    {"list", links_list, 0, 0},
    {"show", links_show, 1, 1},
    {"propose", links_propose, 1, 1},
    {"confirm", links_confirm, 1, KEYS_MAX},
    {"reject", links_reject, 1, KEYS_MAX},
    {"add", links_add, 2, 3},
};

static const char summary[] =
    "Links between items: answers, cites, repeats, supersedes, clusters-with.\n"
    "  list                     all links; --document, --state, --relation, --item narrow it\n"
    "  show KEY                 one link, with both texts side by side\n"
    "  propose DOC              compares the recommendations of DOC with those of other documents\n"
    "                           that are not later, and proposes what they may repeat\n"
    "  confirm KEY... --by NAME           a person agrees\n"
    "  reject KEY... --by NAME --reason TEXT   it is none, and is not proposed again\n"
    "  add RELATION FROM TO --by NAME     a link drawn by a person; `add cites FROM --document\n"
    "                           SYMBOL --paragraph P` where the other is not in the register";

static bool read_number(const char *text, const char *flag, unsigned least, unsigned most,
                        unsigned *number, struct err *err)
{
    const bool digits = text && *text && strspn(text, "0123456789") == strlen(text);
    const unsigned long value = digits && strlen(text) < 6 ? strtoul(text, NULL, 10) : most + 1ul;

    if (!text)
        return true;
    *number = (unsigned)value;
    return (value >= least && value <= most) ||
           err_set(err, ERR_REJECT, "USAGE", flag, "a whole number from %u to %u", least, most);
}

static enum exit_code run(struct links *links, int argc, char **argv)
{
    const char *name = argc ? argv[0] : "list";
    const int n = argc ? argc - 1 : 0;
    struct err err;

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, name) == 0 && n >= commands[i].least && n <= commands[i].most)
            return commands[i].run(links, n, argv + 1);
    err_set(&err, ERR_REJECT, "USAGE", "links",
            "list, show KEY, propose DOC, confirm KEY..., reject KEY..., add RELATION FROM TO, or "
            "add cites FROM --document SYMBOL");
    return cli_fail(&err);
}

enum exit_code verb_links(struct cli *cli, int argc, char **argv)
{
    struct links links = {.cli = cli, .limit = LIMIT, .min_score = MIN_SCORE};
    const char *last = NULL, *limit = NULL, *min_score = NULL;
    const struct option options[] = {
        {"--document", "KEY", "list: either end lies in it; add cites: its symbol as written",
         &links.document, NULL},
        {"--state", "WORD", "list: proposed, confirmed, rejected or retracted", &links.state, NULL},
        {"--relation", "WORD", "list: answers, cites, repeats, ...", &links.relation, NULL},
        {"--item", "KEY", "list: links from or to this item", &links.item, NULL},
        {"--against", "DOC", "propose: compare with this document alone (repeatable)", &last, NULL},
        {"--limit", "N", "propose: most for each recommendation (2)", &limit, NULL},
        {"--min-score", "N", "propose: thousandths of likeness it takes (100)", &min_score, NULL},
        {"--dry-run", NULL, "propose: print, send nothing", NULL, &links.dry_run},
        {"--by", "NAME", "who decides", &links.by, NULL},
        {"--reason", "TEXT", "why", &links.reason, NULL},
        {"--paragraph", "P", "add cites: the paragraph as written", &links.paragraph, NULL},
        {0}};
    const struct usage usage = {"links [list|show|propose|confirm|reject|add] [KEY ...] [flags]",
                                summary, options, 0, KEYS_MAX + 1};
    enum exit_code code;
    struct err err;

    links.nagainst = options_all(argc, argv, "--against", links.against, LINKS_AGAINST_MAX);
    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (links.nagainst > LINKS_AGAINST_MAX) {
        err_set(&err, ERR_REJECT, "USAGE", "--against", "at most %d of them", LINKS_AGAINST_MAX);
        return cli_fail(&err);
    }
    if (!read_number(limit, "--limit", 1, LINKS_LIMIT_MAX, &links.limit, &err) ||
        !read_number(min_score, "--min-score", 0, 1000, &links.min_score, &err))
        return cli_fail(&err);
    return run(&links, argc, argv);
}
