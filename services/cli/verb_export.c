/* SPDX-License-Identifier: Apache-2.0 */
/* uptake export: the register as changes, in an order in which they can be sent again. */
#include "cli.h"
#include "follow.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

struct exporting {
    const char *document; /* --document */
    size_t left_out;      /* redacted: their text is gone */
};

/* Reminders are left out: they say that this register sent a mail, which no other one did. */
static bool is_wanted(const struct exporting *exporting, const json_t *change)
{
    return strcmp(cli_text(change, "operation"), "set") == 0 &&
           strcmp(cli_text(change, "kind"), "reminder") != 0 &&
           (!exporting->document || strcmp(exporting->document, cli_text(change, "document")) == 0);
}

static bool take_entry(void *ctx, json_t *entry, struct err *err)
{
    struct exporting *exporting = ctx;
    json_t *change = json_object_get(entry, "change");

    if (!json_is_object(change))
        exporting->left_out++;
    else if (is_wanted(exporting, change)) {
        json_dumpf(change, stdout, JSON_COMPACT);
        putchar('\n');
    }
    return !ferror(stdout) || err_set(err, ERR_RETRY, "OUTPUT_FAILED", "standard output",
                                      "cannot write; the export is not whole");
}

static enum exit_code run(struct cli *cli, struct exporting *exporting)
{
    struct err err;
    struct fetch *fetch = fetch_open(cli, &err);
    bool good = fetch && follow_all(fetch, take_entry, exporting, &err);

    fetch_close(fetch);
    if (cli_output_is_closed())
        return EXIT_OK;
    if (!good)
        return cli_fail(&err);
    if (exporting->left_out)
        fprintf(stderr, "uptake: note: %zu redacted change%s left out\n", exporting->left_out,
                exporting->left_out == 1 ? " is" : "s are");
    return EXIT_OK;
}

enum exit_code verb_export(struct cli *cli, int argc, char **argv)
{
    struct exporting exporting = {0};
    const char *format = NULL;
    const struct option options[] = {
        {"--format", "jsonl", "one change per line, as `push` and `import` read it (default)",
         &format, NULL},
        {"--document", "KEY", "only this document; the directory is `units`, the rules `policies`",
         &exporting.document, NULL},
        {0}};
    const struct usage usage = {
        "export [--format jsonl] [--document KEY] [flags]",
        "Writes every change the register ever accepted, reminders left out, in the order of\n"
        "commit. `uptake import -` of it makes the same register where there is none, and changes\n"
        "nothing where it is.",
        options, 0, 0};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (format && strcmp(format, "jsonl") != 0) {
        err_set(&err, ERR_REJECT, "USAGE", "--format", "jsonl is the only form");
        return cli_fail(&err);
    }
    return run(cli, &exporting);
}
