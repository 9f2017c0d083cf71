/* SPDX-License-Identifier: Apache-2.0 */
/* uptake cycles: the desk that oversees what policies ask. Who will be asked, about what, what
 * keeps mail back; and what the desk decides: confirm, open, hold, close. */
#include "cycles.h"

#include "fetch.h"
#include "options.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Reading ------------------------------------------------------------------------------------- */

static const char *name_of(const char *policy)
{
    const size_t len = strlen("policy:");

    return strncmp(policy, "policy:", len) == 0 ? policy + len : policy;
}

json_t *cycles_fetch(struct cycles *cycles, const char *policy, const char *day, const char *behind,
                     struct err *err)
{
    struct fetch *fetch = fetch_open(cycles->cli, err);
    struct arena arena = {0};
    json_t *json = NULL;
    struct date parsed;
    char *path;

    if (fetch && date_parse(day, "DAY", &parsed, err)) {
        path = fetch_escape(fetch, name_of(policy), &arena);
        path = path ? arena_printf(&arena, "/v1/cycles/%s/%s%s", path, day, behind) : NULL;
        if (path)
            json = fetch_get(fetch, path, err);
        else
            err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "cycles", "cannot ask");
    }
    fetch_close(fetch);
    arena_finish(&arena);
    return json;
}

const char *cycles_by(const char *given, struct err *err)
{
    const struct passwd *account = given ? NULL : getpwuid(getuid());

    if (account)
        given = account->pw_name;
    if (given && *given)
        return given;
    return err_null(err, ERR_REJECT, "USAGE", "--by", "say who you are: --by NAME");
}

/* Listing ------------------------------------------------------------------------------------- */

static void print_cycle(const json_t *cycle)
{
    const json_t *counts = json_object_get(cycle, "counts");
    const json_t *decision = json_object_get(cycle, "decision");

    printf("%s  %-10s %s\n            %s; first step %s; %lld unit%s, %lld question%s: %lld asked, "
           "%lld answered (%lld late)",
           cli_text(cycle, "ends_on"), cli_text(cycle, "state"), cli_text(cycle, "policy"),
           cli_text(cycle, "title"), cli_text(cycle, "first_step_on"), cli_number(counts, "units"),
           cli_s((unsigned long long)cli_number(counts, "units")), cli_number(counts, "questions"),
           cli_s((unsigned long long)cli_number(counts, "questions")), cli_number(counts, "asked"),
           cli_number(counts, "answered"), cli_number(counts, "late"));
    if (json_is_object(decision))
        printf("; %s by %s%s%s", cli_text(decision, "decision"), cli_text(decision, "decided_by"),
               *cli_text(decision, "note") ? ": " : "", cli_text(decision, "note"));
    printf("\n");
}

static enum exit_code run_list(struct cycles *cycles)
{
    char path[64];
    json_t *list, *cycle;
    struct err err;
    size_t i;

    snprintf(path, sizeof(path), "/v1/cycles?days=%.8s", cycles->days ? cycles->days : "90");
    list = fetch_one(cycles->cli, path, NULL, &err);
    if (!list)
        return cli_fail(&err);
    if (cycles->cli->json)
        return cli_print_json(list, EXIT_OK);
    json_array_foreach(json_object_get(list, "cycles"), i, cycle) print_cycle(cycle);
    printf("%zu cycle%s as of %s\n", i, cli_s(i), cli_text(list, "today"));
    json_decref(list);
    return EXIT_OK;
}

/* One ----------------------------------------------------------------------------------------- */

static void print_ask(const json_t *ask)
{
    const char *answered = cli_text(ask, "answered_on");
    const char *asked = cli_text(ask, "asked_on");

    printf("  %-12s %-28s %-16s ", cli_text(ask, "code"), cli_text(ask, "action"),
           cli_text(ask, "outcome"));
    cli_put_short(cli_text(ask, "text"), 60);
    printf("\n  %-12s first asked %s", "", *asked ? asked : cli_text(ask, "first_on"));
    if (*answered)
        printf(", answered %s", answered);
    printf("; progress %s\n", cli_text(ask, "progress"));
}

static void print_unsettled(const json_t *row)
{
    const char *name = cli_text(row, "name");

    printf("  %-28s %s%s%s%s\n    %s\n", cli_text(row, "action"), cli_text(row, "why"),
           *name ? ": \"" : "", name, *name ? "\"" : "", cli_text(row, "command"));
}

static void print_one(const json_t *cycle)
{
    const json_t *asks = json_object_get(cycle, "asks");
    const json_t *unsettled = json_object_get(cycle, "unsettled");
    const size_t excluded = json_array_size(json_object_get(cycle, "excluded"));

    print_cycle(cycle);
    if (strcmp(cli_text(cycle, "state"), "not_asked") == 0)
        printf("not asked: the cycle ended before the policy went live\n");
    if (json_array_size(asks))
        printf("who is asked, about what\n");
    for (size_t i = 0; i < json_array_size(asks); i++)
        print_ask(json_array_get(asks, i));
    if (json_array_size(unsettled))
        printf("responsibilities to settle (%zu), each with the command that does it\n",
               json_array_size(unsettled));
    for (size_t i = 0; i < json_array_size(unsettled); i++)
        print_unsettled(json_array_get(unsettled, i));
    if (excluded)
        printf("%zu recommendation%s or part%s not accepted: nobody is asked about them\n",
               excluded, cli_s(excluded), cli_s(excluded));
    if (json_is_object(json_object_get(cycle, "return")))
        printf("closed; the return: uptake cycles return %s %s\n", cli_text(cycle, "policy"),
               cli_text(cycle, "ends_on"));
}

static enum exit_code run_show(struct cycles *cycles, const char *policy, const char *day)
{
    struct err err;
    json_t *cycle = cycles_fetch(cycles, policy, day, "", &err);

    if (!cycle)
        return cli_fail(&err);
    if (cycles->cli->json)
        return cli_print_json(cycle, EXIT_OK);
    print_one(cycle);
    json_decref(cycle);
    return EXIT_OK;
}

/* Deciding ------------------------------------------------------------------------------------ */

/* The return is of what was asked, which stands: only what is asked next can be made smaller. */
static bool refuse_return(const json_t *cycle, size_t rows, struct err *err)
{
    if (rows == 0 || (strcmp(err->code, "MESSAGE_TOO_LARGE") != 0 &&
                      strcmp(err->code, "TOO_MANY_ELEMENTS") != 0))
        return false;
    return err_set(err, ERR_REJECT, "RETURN_TOO_LARGE", cli_text(cycle, "key"),
                   "its %zu rows are more than one change holds, so it stays open; for the next "
                   "cycle make two policies of it, each for some of the offices",
                   rows);
}

enum exit_code cycles_decide(struct cycles *cycles, const json_t *cycle, const char *word,
                             json_t *groups)
{
    struct outbox outbox = {0};
    struct err err;
    const char *by = cycles_by(cycles->by, &err);
    json_t *item =
        json_pack("{s:s, s:s, s:s, s:I}", "key", cli_text(cycle, "key"), "kind", "cycle",
                  "document", "cycles", "revision", (json_int_t)cli_number(cycle, "revision"));
    const size_t rows =
        json_array_size(json_object_get(json_object_get(groups, "return_made"), "rows"));
    bool good = by != NULL;

    if (good) {
        json_object_set_new(groups, "cycle_decision",
                            json_pack("{s:s, s:s, s:s, s:s, s:s}", "policy",
                                      cli_text(cycle, "policy"), "ends_on",
                                      cli_text(cycle, "ends_on"), "decision", word, "decided_by",
                                      by, "note", cycles->note ? cycles->note : ""));
        good = edit_set(&outbox, item, groups, &err) || refuse_return(cycle, rows, &err);
    } else {
        json_decref(groups);
    }
    json_decref(item);
    if (good)
        return edit_send(cycles->cli, &outbox);
    outbox_finish(&outbox);
    return cli_fail(&err);
}

/* What was closed stays closed: its return is stored. */
static bool may_decide(const json_t *cycle, struct err *err)
{
    const char *state = cli_text(cycle, "state");

    if (strcmp(state, "closed") == 0)
        return err_set(err, ERR_REJECT, "CYCLE_CLOSED", cli_text(cycle, "key"),
                       "it is closed and its return is stored");
    return strcmp(state, "not_asked") != 0 ||
           err_set(err, ERR_REJECT, "CYCLE_NOT_ASKED", cli_text(cycle, "key"),
                   "it ended before the policy went live");
}

static enum exit_code run_decide(struct cycles *cycles, const char *word, const char *policy,
                                 const char *day)
{
    struct err err;
    json_t *cycle = cycles_fetch(cycles, policy, day, "", &err);
    enum exit_code code;

    code = cycle && may_decide(cycle, &err) ? cycles_decide(cycles, cycle, word, json_object())
                                            : cli_fail(&err);
    json_decref(cycle);
    return code;
}

/* ------------------------------------------------------------------------------------------------
 */

static enum exit_code run(struct cycles *cycles, int argc, char **argv)
{
    static const char *const words[][2] = {
        {"confirm", "confirmed"}, {"open", "opened"}, {"hold", "held"}};
    const char *verb = argc ? argv[0] : "list";
    struct err err;

    if (strcmp(verb, "list") == 0 && argc <= 1)
        return run_list(cycles);
    for (size_t i = 0; argc == 3 && i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(verb, words[i][0]) == 0)
            return run_decide(cycles, words[i][1], argv[1], argv[2]);
    if (strcmp(verb, "show") == 0 && argc == 3)
        return run_show(cycles, argv[1], argv[2]);
    if (strcmp(verb, "close") == 0 && argc == 3)
        return cycles_close(cycles, argv[1], argv[2]);
    if (strcmp(verb, "return") == 0 && argc == 3)
        return cycles_return(cycles, argv[1], argv[2]);
    err_set(&err, ERR_REJECT, "USAGE", verb,
            "list, or show, confirm, open, hold, close or return with POLICY DAY");
    return cli_fail(&err);
}

enum exit_code verb_cycles(struct cli *cli, int argc, char **argv)
{
    struct cycles cycles = {.cli = cli};
    const struct option options[] = {
        {"--days", "N", "list: cycles that end within so many days (default 90)", &cycles.days,
         NULL},
        {"--by", "NAME", "who decides (default: the login name)", &cycles.by, NULL},
        {"--note", "TEXT", "why, for those who come after", &cycles.note, NULL},
        {"--check", NULL, "return: count again and compare; exit 1 when it differs", NULL,
         &cycles.check},
        {0}};
    const struct usage usage = {
        "cycles [list | show|confirm|open|hold|close|return POLICY DAY] [flags]",
        "What a policy asks in the period that ends on DAY. It opens by itself on the day of its\n"
        "first step, unless it is held: then nobody is asked until it is opened.\n"
        "  list                  what ends soon or is open, with who was asked and who answered\n"
        "  show POLICY DAY       who is asked about what; responsibilities to settle, and how\n"
        "  confirm POLICY DAY    it was looked through\n"
        "  open, hold POLICY DAY ask now; ask nobody\n"
        "  close POLICY DAY      counts and stores its return\n"
        "  return POLICY DAY     the stored return",
        options, 0, 3};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    return run(&cycles, argc, argv);
}
