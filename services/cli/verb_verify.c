/* SPDX-License-Identifier: Apache-2.0 */
/* uptake verify: is what the register says of itself true? Everything derived is derived again in
 * one read-only view of the database, while ingest goes on writing. */
#include "options.h"
#include "sql.h"
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    IDS_AT_ONCE = 20000, /* a page of changes, items or entries */
    ROWS_AT_ONCE = 200,  /* with bodies */
    STEPS_MAX = 4,
    PATIENCE_MS = 6 * 60 * 60 * 1000, /* for a statement that reads a table whole */
};

enum over {
    OVER_CHANGES, /* by change_id; $3 the scope or NULL */
    OVER_ITEMS,   /* by item_id; $3 the scope or NULL */
    OVER_SCOPES,  /* by seq, scope by scope; $3 the scope */
    OVER_HISTORY, /* changes of item after item */
    OVER_WHOLE,   /* at once; $1 the scope or NULL */
    OVER_LETTERS, /* at once, whatever scope */
};

static const struct check {
    const char *what;
    enum over over;
    const char *sql;
} checks[] = {
    {"segments", OVER_SCOPES, sql_verify_segments}, {"heads", OVER_WHOLE, sql_verify_heads},
    {"changes", OVER_CHANGES, sql_verify_changes},  {"items", OVER_ITEMS, sql_verify_items},
    {"history", OVER_HISTORY, sql_verify_fold},     {"messages", OVER_WHOLE, sql_verify_unique},
    {"entries", OVER_WHOLE, sql_verify_entries},    {"letters", OVER_LETTERS, sql_verify_letters},
    {"counts", OVER_WHOLE, sql_verify_rollups},     {"ledger", OVER_LETTERS, sql_verify_ledger},
    {"due days", OVER_LETTERS, sql_verify_due},
};

enum { CHECKS = sizeof(checks) / sizeof(checks[0]) };

/* Where the check under way goes on. */
struct place {
    int scope; /* row of the scopes */
    int64_t from, to;
    int64_t item_id, revision, change_id;
};

struct scope_row {
    int64_t id;
    int64_t seq;
};

/* connecting -> beginning -> one page after the other -> ended -> closed; a failure closes. */
struct verify {
    struct store *store;
    struct arena arena;
    const char *scope; /* --scope; NULL: all */
    bool telling;      /* progress, on a terminal */
    struct found found;
    struct fold *fold;
    int64_t changes, items;
    struct scope_row *scopes;
    int nscopes;
    int at; /* of the checks */
    struct place place;
    bool asked;
    bool done;
    bool closing;
    struct err *err;
};

static void on_closed(void *ctx)
{
    struct verify *v = ctx;

    v->store = NULL;
}

static void finish(struct verify *v)
{
    if (v->closing)
        return;
    v->closing = true;
    store_close(v->store, on_closed, v);
}

static void fail(struct verify *v, const struct err *err)
{
    if (err != v->err)
        *v->err = *err;
    finish(v);
}

static void submit(struct verify *v, const struct store_step *steps, int n, store_reply_fn *reply)
{
    if (!store_submit(v->store, steps, n, reply, v, v->err))
        finish(v);
}

static void tell(const struct verify *v, int64_t of)
{
    if (v->telling)
        fprintf(stderr, "\r\033[Kverify: %s %lld of %lld", checks[v->at].what,
                (long long)v->place.from, (long long)of);
}

static void arg_scope(struct verify *v, struct store_args *args)
{
    if (v->scope)
        store_arg_int(args, v->scopes[0].id);
    else
        store_arg_text(args, NULL);
}

/* Where the numbering that the check goes by ends. */
static int64_t end_of(const struct verify *v)
{
    switch (checks[v->at].over) {
    case OVER_CHANGES:
        return v->changes;
    case OVER_ITEMS:
        return v->items;
    case OVER_SCOPES:
        return v->scopes[v->place.scope].seq;
    default:
        return 1;
    }
}

static void next_check(struct verify *v)
{
    v->at++;
    v->place = (struct place){0};
}

static void ask(struct verify *v);

static void on_ended(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct verify *v = ctx;

    (void)results, (void)nresults;
    if (err) {
        fail(v, err);
        return;
    }
    v->done = true;
    finish(v);
}

/* The rows of history move on with the last of them; the others by their numbers. */
static void go_on(struct verify *v, const PGresult *rows)
{
    const int n = PQntuples(rows);

    if (checks[v->at].over == OVER_HISTORY) {
        fold_take(v->fold, rows);
        if (n == ROWS_AT_ONCE) {
            v->place.item_id = store_int(rows, n - 1, FOLD_ITEM_ID);
            v->place.revision = store_int(rows, n - 1, FOLD_REVISION);
            v->place.change_id = store_int(rows, n - 1, FOLD_CHANGE_ID);
            v->place.from = v->place.item_id;
            return;
        }
        fold_end(v->fold);
        next_check(v);
        return;
    }
    found_add_rows(&v->found, rows);
    v->place.from = v->place.to;
    if (v->place.from < end_of(v))
        return;
    if (checks[v->at].over == OVER_SCOPES && v->place.scope + 1 < v->nscopes)
        v->place = (struct place){.scope = v->place.scope + 1};
    else
        next_check(v);
}

static void on_page(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct verify *v = ctx;

    (void)nresults;
    if (err) {
        fail(v, err);
        return;
    }
    go_on(v, results[0]);
    ask(v);
}

static void fill_page(struct verify *v, struct store_args *args)
{
    const enum over over = checks[v->at].over;

    v->place.to = v->place.from + IDS_AT_ONCE;
    switch (over) {
    case OVER_CHANGES:
    case OVER_ITEMS:
    case OVER_SCOPES:
        store_arg_int(args, v->place.from);
        store_arg_int(args, v->place.to);
        if (over == OVER_SCOPES)
            store_arg_int(args, v->scopes[v->place.scope].id);
        else
            arg_scope(v, args);
        break;
    case OVER_HISTORY:
        store_arg_int(args, v->place.item_id);
        store_arg_int(args, v->place.revision);
        store_arg_int(args, v->place.change_id);
        store_arg_int(args, ROWS_AT_ONCE);
        arg_scope(v, args);
        break;
    case OVER_WHOLE:
        arg_scope(v, args);
        break;
    case OVER_LETTERS:
        break;
    }
}

static void ask(struct verify *v)
{
    struct store_step step = {.args = {.arena = &v->arena}};

    arena_reset(&v->arena);
    if (v->at == CHECKS) {
        step.sql = sql_verify_commit;
        submit(v, &step, 1, on_ended);
        return;
    }
    tell(v, checks[v->at].over == OVER_HISTORY ? v->items : end_of(v));
    step.sql = checks[v->at].sql;
    fill_page(v, &step.args);
    submit(v, &step, 1, on_page);
}

static bool take_bounds(struct verify *v, const PGresult *bounds, const PGresult *scopes)
{
    v->changes = store_int(bounds, 0, 0);
    v->items = store_int(bounds, 0, 1);
    v->nscopes = PQntuples(scopes);
    v->scopes = calloc((size_t)v->nscopes + 1, sizeof(*v->scopes));
    if (!v->scopes)
        return err_set(v->err, ERR_FATAL, "OUT_OF_MEMORY", "verify", "cannot hold the scopes");
    for (int row = 0; row < v->nscopes; row++)
        v->scopes[row] =
            (struct scope_row){.id = store_int(scopes, row, 0), .seq = store_int(scopes, row, 2)};
    return v->nscopes > 0 || err_set(v->err, ERR_REJECT, "SCOPE_UNKNOWN", v->scope ? v->scope : "",
                                     "the register has no such scope");
}

static void on_begun(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct verify *v = ctx;

    (void)nresults;
    if (err)
        fail(v, err);
    else if (!take_bounds(v, results[2], results[3]))
        finish(v);
    else
        ask(v);
}

static void on_state(void *ctx, bool ready, const struct err *err)
{
    struct verify *v = ctx;
    struct store_step steps[STEPS_MAX] = {{.sql = sql_verify_begin},
                                          {.sql = sql_verify_unlimited},
                                          {.sql = sql_verify_bounds},
                                          {.sql = sql_verify_scopes}};

    if (v->asked || v->closing)
        return;
    if (!ready) {
        fail(v, err);
        return;
    }
    v->asked = true;
    for (int i = 0; i < STEPS_MAX; i++)
        steps[i].args.arena = &v->arena;
    store_arg_text(&steps[3].args, v->scope);
    submit(v, steps, STEPS_MAX, on_begun);
}

static bool check_all(struct verify *v, const char *database)
{
    const struct store_options options = {.conninfo = database,
                                          .name = "uptake verify",
                                          .request_ms = PATIENCE_MS,
                                          .on_state = on_state,
                                          .ctx = v};
    uv_loop_t loop;

    if (uv_loop_init(&loop) != 0)
        return err_set(v->err, ERR_FATAL, "OUT_OF_MEMORY", "loop", "cannot start the event loop");
    v->store = store_open(&loop, &options, v->err);
    if (v->store)
        uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    if (v->telling)
        fputs("\r\033[K", stderr);
    if (v->found.failed)
        return err_set(v->err, ERR_FATAL, "OUT_OF_MEMORY", "verify", "cannot hold the findings");
    return v->done;
}

static enum exit_code report(const struct verify *v, bool json)
{
    const long long n = found_count(&v->found);
    const enum exit_code code = n > 0 ? EXIT_FINDINGS : EXIT_OK;

    if (json) {
        json_t *counts = json_object();
        const char *name;
        json_t *entry;

        json_object_foreach(v->found.by_invariant, name, entry)
            json_object_set(counts, name, json_object_get(entry, "n"));
        return cli_print_json(json_pack("{s:b, s:o, s:o, s:i}", "clean", n == 0, "counts", counts,
                                        "findings", found_list(&v->found), "scopes", v->nscopes),
                              code);
    }
    found_print(&v->found);
    printf("%lld finding%s in %d scope%s; changes up to %lld, items up to %lld\n", n,
           cli_s((unsigned long long)n), v->nscopes, cli_s((unsigned long long)v->nscopes),
           (long long)v->changes, (long long)v->items);
    return code;
}

static enum exit_code run(struct cli *cli, const char *database, const char *scope)
{
    struct err err = {0};
    struct verify v = {.scope = scope, .telling = isatty(STDERR_FILENO), .err = &err};
    enum exit_code code;

    v.fold = fold_create(&v.found);
    if (!v.fold)
        err_set(&err, ERR_FATAL, "OUT_OF_MEMORY", "verify", "cannot hold an item");
    code = v.fold && check_all(&v, database) ? report(&v, cli->json) : cli_fail(&err);
    fold_destroy(v.fold);
    found_finish(&v.found);
    free(v.scopes);
    arena_finish(&v.arena);
    return code;
}

enum exit_code verb_verify(struct cli *cli, int argc, char **argv)
{
    const char *database = NULL;
    const char *scope = NULL;
    const struct option options[] = {
        {"--database", "CONNINFO", "libpq connection string of a role that may read the schema",
         &database, NULL},
        {"--scope", "NAME", "only what lies in this scope, e.g. hq or unit:SEARO", &scope, NULL},
        {0}};
    const struct usage usage = {
        "verify [flags]",
        "Reads the whole register and derives again what is derived: that every message counts\n"
        "once (I1, I2) and every change has a sender (I3), that feeds are whole and their chains\n"
        "hold (I5, I13), that items are what their history made of them (I9), that what was\n"
        "parked is kept (I15) and that counts are right (I17); that what was due was sent once or "
        "is\n"
        "held (I10), that every mail has one Message-ID and a fate (I11, I12), and that the days\n"
        "are those of the calendar (I16). Writes nothing; the services may run.",
        options, 0, 0};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (!cli_database(cli, &database, &err))
        return cli_fail(&err);
    return run(cli, database, scope);
}
