/* SPDX-License-Identifier: Apache-2.0 */
/* uptake simulate: what workflow would send, to whom and why, day by day; it sends and writes
 * nothing. */
#include "model/identity.h"
#include "options.h"
#include "simulate_print.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 10 * 60 * 1000, HORIZON_DAYS = 400 };

/* connecting -> beginning -> (loading -> days until the next load) ... -> ended -> closed; a
 * failure closes. */
struct simulate {
    struct store *store;
    struct arena arena; /* arguments of the request under way */
    struct simulation *simulation;
    const char *zone;
    struct date from, to;
    struct date at; /* the day that comes next */
    int nloads;     /* of the days on which the register changes by itself */
    bool asked, done, closing;
    struct err *err;
};

static void on_closed(void *ctx)
{
    struct simulate *s = ctx;

    s->store = NULL;
}

static void finish(struct simulate *s)
{
    if (s->closing)
        return;
    s->closing = true;
    store_close(s->store, on_closed, s);
}

static void fail(struct simulate *s, const struct err *err)
{
    if (err != s->err)
        *s->err = *err;
    finish(s);
}

static void submit(struct simulate *s, struct ledger_request *request, store_reply_fn *reply)
{
    if (!store_submit(s->store, request->steps, request->nsteps, reply, s, s->err))
        finish(s);
}

static void on_ended(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct simulate *s = ctx;

    (void)results, (void)nresults;
    if (err) {
        fail(s, err);
        return;
    }
    s->done = true;
    finish(s);
}

static void load(struct simulate *s);

/* The days up to the next on which the register is read anew. */
static bool walk(struct simulate *s)
{
    int n;
    const struct date *days = simulate_days(s->simulation, &n);
    struct date until = s->nloads < n ? date_add_days(days[s->nloads], -1) : s->to;

    s->nloads++;
    for (; date_compare(s->at, until) <= 0; s->at = date_add_days(s->at, 1))
        if (!simulate_day(s->simulation, s->at, s->err))
            return false;
    return true;
}

static void on_loaded(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct simulate *s = ctx;
    struct ledger_request request = {.arena = &s->arena};

    (void)nresults;
    if (err) {
        fail(s, err);
    } else if (!simulate_read_load(s->simulation, results, s->err) || !walk(s)) {
        finish(s);
    } else if (date_compare(s->at, s->to) <= 0) {
        load(s);
    } else {
        arena_reset(&s->arena);
        ledger_add(&request, sql_verify_commit);
        submit(s, &request, on_ended);
    }
}

static void load(struct simulate *s)
{
    struct ledger_request request = {.arena = &s->arena};

    arena_reset(&s->arena);
    simulate_load(&request, s->zone, s->at);
    submit(s, &request, on_loaded);
}

static void on_begun(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct simulate *s = ctx;

    (void)nresults;
    if (err)
        fail(s, err);
    else if (!simulate_read_begin(s->simulation, results, s->err))
        finish(s);
    else
        load(s);
}

static void on_state(void *ctx, bool ready, const struct err *err)
{
    struct simulate *s = ctx;
    struct ledger_request request = {.arena = &s->arena};

    if (s->asked || s->closing)
        return;
    if (!ready) {
        fail(s, err);
        return;
    }
    s->asked = true;
    simulate_begin(&request, s->from, s->to);
    submit(s, &request, on_begun);
}

static bool walk_all(struct simulate *s, const char *database)
{
    const struct store_options options = {.conninfo = database,
                                          .name = "uptake simulate",
                                          .request_ms = PATIENCE_MS,
                                          .on_state = on_state,
                                          .ctx = s};
    uv_loop_t loop;

    if (uv_loop_init(&loop) != 0)
        return err_set(s->err, ERR_FATAL, "OUT_OF_MEMORY", "loop", "cannot start the event loop");
    s->store = store_open(&loop, &options, s->err);
    if (s->store)
        uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return s->done;
}

static enum exit_code run(struct simulate *s, const char *database,
                          const struct simulate_options *options, struct simulate_print *print)
{
    bool done = false;

    s->simulation = simulate_open(options, s->err);
    if (s->simulation && simulate_print_begin(print, s->err))
        done = walk_all(s, database);
    simulate_print_end(print, s->to, done);
    simulate_close(s->simulation);
    arena_finish(&s->arena);
    if (!done)
        return cli_fail(s->err);
    return print->refused > 0 ? EXIT_FINDINGS : EXIT_OK;
}

struct flags {
    const char *database, *from, *to, *mail_from, *public_url, *brake;
    bool ics;
};

static bool read_days(struct cli *cli, const struct flags *flags, struct simulate *s)
{
    if (!date_parse_optional(flags->from, "--from", &s->from, s->err) ||
        !date_parse_optional(flags->to, "--to", &s->to, s->err))
        return false;
    if (date_is_none(s->from) && !cli_today(cli, &s->from, s->err))
        return false;
    if (date_is_none(s->to))
        s->to = date_add_days(s->from, HORIZON_DAYS);
    s->at = s->from;
    if (date_compare(s->from, s->to) > 0)
        return err_set(s->err, ERR_REJECT, "USAGE", "--to", "lies before --from");
    return date_is_valid(s->to) ||
           err_set(s->err, ERR_REJECT, "BAD_DATE", "--to", "lies after the year 2100");
}

static bool read_flags(struct cli *cli, struct flags *flags, struct simulate *s,
                       struct simulate_print *print)
{
    char *end = NULL;

    if (cli->json && flags->ics)
        return err_set(s->err, ERR_REJECT, "USAGE", "--ics", "choose --ics or --json");
    if (!cli_configure(cli, s->err) || !cli_database(cli, &flags->database, s->err) ||
        !read_days(cli, flags, s) || !digest_address_check(flags->mail_from, s->err))
        return false;
    print->brake = strtol(flags->brake, &end, 10);
    if (!*flags->brake || *end || print->brake < 0)
        return err_set(s->err, ERR_REJECT, "USAGE", "--brake", "give a whole number");
    s->zone = config_text(&cli->config, "register_zone");
    print->form = cli->json ? SIMULATE_JSON : flags->ics ? SIMULATE_CALENDAR : SIMULATE_TABLE;
    print->domain = identity_domain(flags->mail_from);
    print->from = s->from;
    return true;
}

enum exit_code verb_simulate(struct cli *cli, int argc, char **argv)
{
    struct flags flags = {.mail_from = "uptake@localhost", .public_url = "", .brake = "200"};
    struct err err = {0};
    struct simulate simulate = {.err = &err};
    struct simulate_print print = {0};
    struct simulate_options to_whom = {
        .on_mail = simulate_print_mail, .on_refused = simulate_print_refused, .ctx = &print};
    const struct option options[] = {
        {"--database", "CONNINFO", "libpq connection string of a role that may read the schema",
         &flags.database, NULL},
        {"--from", "DAY", "first day, YYYY-MM-DD (default: today)", &flags.from, NULL},
        {"--to", "DAY", "last day (default: 400 days later)", &flags.to, NULL},
        {"--ics", NULL, "print a calendar: an entry on the day of each reminder", NULL, &flags.ics},
        {"--mail-from", "ADDRESS", "sender, as workflow has it: Message-IDs depend on it",
         &flags.mail_from, NULL},
        {"--public-url", "URL", "address in links, as workflow has it (default: reporting_url)",
         &flags.public_url, NULL},
        {"--brake", "N", "tell of days with more recipients than this (default: 200)", &flags.brake,
         NULL},
        {0}};
    const struct usage usage = {
        "simulate [--from DAY] [--to DAY] [flags]",
        "Walks the days on a copy of register and ledger in memory, as the running service would\n"
        "if nobody answered and every mail were taken, and prints each mail: to whom, about what\n"
        "and why. --json prints one object per reminder, a line each; \"message\" is the mail's\n"
        "Message-ID. Writes nothing and sends nothing.",
        options, 0, 0};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (!read_flags(cli, &flags, &simulate, &print))
        return cli_fail(&err);
    to_whom.mail_from = flags.mail_from;
    to_whom.public_url =
        *flags.public_url ? flags.public_url : config_text(&cli->config, "reporting_url");
    return run(&simulate, flags.database, &to_whom, &print);
}
