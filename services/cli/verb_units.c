/* SPDX-License-Identifier: Apache-2.0 */
/* uptake units: the directory of units and posts, how it changes, and whom a responsibility means.
 */
#include "options.h"
#include "preview.h"
#include "units.h"

#include <string.h>

/* What changes something. */
static const struct command {
    const char *name;
    units_fn *run;
    int arguments; /* behind the name */
} commands[] = {
    {"add", units_add, 1},         {"rename", units_rename, 2},
    {"move", units_move, 1},       {"merge", units_merge, 2},
    {"contact", units_contact, 1}, {"split-back", units_split_back, 1},
    {"confirm", units_confirm, 1},
};

static const struct command *find_command(int argc, char **argv)
{
    for (size_t i = 0; argc && i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(argv[0], commands[i].name) == 0 && argc - 1 == commands[i].arguments)
            return &commands[i];
    return NULL;
}

static enum exit_code run(struct units *units, int argc, char **argv)
{
    const struct command *command = find_command(argc, argv);
    bool show = argc == 2 && strcmp(argv[0], "show") == 0;
    bool list = argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0);
    struct err err;

    if (!command && !show && !list) {
        err_set(&err, ERR_REJECT, "USAGE", "units",
                "list, show CODE, add CODE, rename CODE NAME, move CODE, merge CODE INTO, "
                "split-back CODE, contact CODE, or confirm ACTION");
        return cli_fail(&err);
    }
    if (!unit_book_load(units->cli, &units->book, &err))
        return cli_fail(&err);
    if (list)
        return units_list(units);
    if (show)
        return units_show(units, argv[1]);
    if (!command->run(units, argv[1], argc > 2 ? argv[2] : NULL, &err))
        return cli_fail(&err);
    return preview_or_send(units->cli, &units->outbox, units->dry_run);
}

static bool take_all(int argc, char **argv, const char *name, struct unit_values *values,
                     struct err *err)
{
    values->n = options_all(argc, argv, name, values->list, UNITS_MANY);
    return values->n <= UNITS_MANY ||
           err_set(err, ERR_REJECT, "USAGE", name, "at most %d of them", UNITS_MANY);
}

static const char summary[] =
    "The directory of units and posts. CODE is a unit's code, ACTION the key of an action (or of\n"
    "a recommendation).\n"
    "  list                        all units; --on DAY: those that existed then, by their names "
    "then\n"
    "  show CODE                   one unit and what hangs on it\n"
    "  add CODE --name NAME        a new one\n"
    "  rename CODE NAME --until DAY   a new name; the one until DAY is still recognised in texts\n"
    "  move CODE                   to another --region, --parent or --reports-to\n"
    "  merge CODE INTO --on DAY    its last day; from now on INTO is asked for its work\n"
    "  split-back CODE             undoes merge\n"
    "  contact CODE                who is asked: --email, --focal-point, --alternate, --language\n"
    "  confirm ACTION              a person says whom the responsibilities mean: as they stand,\n"
    "                              or --name TEXT (as written) means --unit CODE\n"
    "                              (--role lead, support or overseer)";

enum exit_code verb_units(struct cli *cli, int argc, char **argv)
{
    struct units units = {.cli = cli};
    const char *last = NULL;
    const struct option options[] = {
        {"--tree", NULL, "list: units below the one they are part of", NULL, &units.tree},
        {"--on", "DAY", "list: as of this day; merge: its last day", &units.on, NULL},
        {"--name", "TEXT", "add: full name; confirm: name as written (repeatable)", &units.name,
         NULL},
        {"--kind", "WORD", "add: unit (default), post, external or container", &units.kind, NULL},
        {"--parent", "CODE", "the unit it is part of ('': none)", &units.parent, NULL},
        {"--region", "NAME", "region it lies in ('': headquarters)", &units.region, NULL},
        {"--reports-to", "CODE", "the unit it reports to ('': none)", &units.reports_to, NULL},
        {"--zone", "ZONE", "time zone of its duty station, e.g. Asia/Bangkok", &units.zone, NULL},
        {"--alias", "TEXT", "add: another spelling that means it (repeatable)", &last, NULL},
        {"--from", "DAY", "add: its first day", &units.from, NULL},
        {"--until", "DAY", "rename: last day of the old name", &units.until, NULL},
        {"--email", "ADDRESS", "contact: address of the focal point", &units.email, NULL},
        {"--focal-point", "NAME", "contact: who answers", &units.focal_point, NULL},
        {"--alternate", "NAME=EMAIL", "contact: who answers otherwise (repeatable)", &last, NULL},
        {"--no-alternates", NULL, "contact: nobody else", NULL, &units.no_alternates},
        {"--language", "CODE", "contact: language of mails, e.g. fr", &units.language, NULL},
        {"--unit", "CODE", "confirm: the unit that is meant", &units.unit, NULL},
        {"--role", "WORD", "confirm: lead, support or overseer", &units.role, NULL},
        {"--dry-run", NULL, "print the change, send nothing", NULL, &units.dry_run},
        {0}};
    const struct usage usage = {
        "units [list|show|add|rename|move|merge|split-back|contact|confirm] "
        "[CODE ...] [flags]",
        summary, options, 0, 3};
    enum exit_code code;
    struct err err;

    if (!take_all(argc, argv, "--name", &units.names, &err) ||
        !take_all(argc, argv, "--alias", &units.aliases, &err) ||
        !take_all(argc, argv, "--alternate", &units.alternates, &err))
        return cli_fail(&err);
    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    code = run(&units, argc, argv);
    unit_book_finish(&units.book);
    outbox_finish(&units.outbox);
    return code;
}
