/* SPDX-License-Identifier: Apache-2.0 */
/* uptake: the command-line program. One file per verb; this is the table of contents. */
#include "cli.h"

#include "base/bytes.h"
#include "base/log.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    verb_fn *run;
    const char *summary;
} verbs[] = {
    {"import", verb_import, "read management responses into the register"},
    {"push", verb_push, "send changes: JSON lines, or one action's progress"},
    {"feed", verb_feed, "one scope's feed as it comes, and the copy it folds to"},
    {"export", verb_export, "the register as changes that can be imported again"},
    {"due", verb_due, "actions due and overdue on a day"},
    {"show", verb_show, "one item with its history"},
    {"list", verb_list, "items by what they say on every axis, now or as known at an instant"},
    {"history", verb_history, "who said what of an item, and when"},
    {"findings", verb_findings, "what imports could not know for sure, as work for people"},
    {"units", verb_units, "units and posts: who exists, who took over, whom a text means"},
    {"crosswalks", verb_crosswalks, "what the words of a source mean, by version"},
    {"policy", verb_policy, "whom the register asks, when; what a change would send"},
    {"links", verb_links, "what repeats, cites or answers what; proposals of recurrence"},
    {"cycles", verb_cycles, "what policies ask in a period: look through, open, hold, close"},
    {"remind", verb_remind, "what is due to be sent; what the brake holds, and letting it go"},
    {"conflicts", verb_conflicts, "changes that met: both sides, and which is right"},
    {"retract", verb_retract, "take an item out of what counts, or bring it back"},
    {"redact", verb_redact, "wipe what changes of an item said, for good"},
    {"dead-letters", verb_dead_letters,
     "changes that could not be recorded, and what becomes of them"},
    {"verify", verb_verify, "is what the register says of itself true? read-only"},
    {"simulate", verb_simulate, "what would be sent, to whom and why, day by day; sends nothing"},
    {"status", verb_status, "do the services answer, where do the feeds stand"},
    {"keys", verb_keys, "who may connect and what each may do"},
    {"tokens", verb_tokens, "bearer tokens, sign-in links"},
};

static void print_help(FILE *stream)
{
    fprintf(stream, "usage: uptake [--config FILE] VERB ...\n\n"
                    "Follows up recommendations. Verbs:\n");
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        fprintf(stream, "  %-12s %s\n", verbs[i].name, verbs[i].summary);
    fprintf(stream, "\n`uptake VERB --help` tells more; `uptake --version` the version.\n");
}

static enum exit_code run(struct cli *cli, int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(argv[0], verbs[i].name) == 0) {
            cli->verb = verbs[i].name;
            return verbs[i].run(cli, argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "uptake: VERB_UNKNOWN: %s: there is no such verb\n", argv[0]);
    print_help(stderr);
    return EXIT_BAD_USAGE;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    enum exit_code code;
    struct err err;

    signal(SIGPIPE, SIG_IGN);
    log_init("cli", LOG_ERROR);
    if (!bytes_init(&err))
        return (int)cli_fail(&err);
    argc--;
    argv++;
    if (argc >= 2 && strcmp(argv[0], "--config") == 0) {
        cli.config_path = argv[1];
        argc -= 2;
        argv += 2;
    }
    if (argc == 0) {
        print_help(stderr);
        return EXIT_BAD_USAGE;
    }
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
        print_help(stdout);
        return (int)cli_end_output(EXIT_OK);
    }
    if (strcmp(argv[0], "--version") == 0) {
        printf("uptake %s\n", UPTAKE_VERSION);
        return (int)cli_end_output(EXIT_OK);
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    code = cli_end_output(run(&cli, argc, argv));
    curl_global_cleanup();
    if (cli.configured)
        config_finish(&cli.config);
    return (int)code;
}
