/* SPDX-License-Identifier: Apache-2.0 */
/* uptake keys bootstrap: the one command that writes to the database without ingest, because nobody
 * may talk to ingest before it ran. Makes key files and the principals that hold them. */
#include "key_files.h"
#include "keys.h"
#include "sql.h"
#include "store/store.h"
#include "uptake/v1/words.pb-c.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    STEPS_MAX = 20,
    TOKEN_DAYS = 365,
    TOKEN_EXTEND_DAYS = 30,
};

/* connecting -> writing -> closed; a failure at any point closes. */
struct bootstrap {
    struct store *store;
    struct arena arena;
    struct key_files files;
    struct store_step steps[STEPS_MAX];
    int nsteps;
    int64_t now_us;
    long rows;
    bool sent;
    bool done;
    bool closing;
    struct err *err;
};

static void on_closed(void *ctx)
{
    struct bootstrap *bootstrap = ctx;

    bootstrap->store = NULL;
}

static void finish(struct bootstrap *bootstrap)
{
    if (bootstrap->closing)
        return;
    bootstrap->closing = true;
    store_close(bootstrap->store, on_closed, bootstrap);
}

static struct store_args *add_step(struct bootstrap *bootstrap, const char *sql)
{
    struct store_step *step = &bootstrap->steps[bootstrap->nsteps++];

    *step = (struct store_step){.sql = sql, .args = {.arena = &bootstrap->arena}};
    return &step->args;
}

/* Without a key: it never connects, reporting speaks for it. */
static void add_voice(struct bootstrap *bootstrap, const char *name, bool internal,
                      bool speaks_for_others)
{
    struct store_args *args = add_step(bootstrap, sql_put_principal);

    store_arg_text(args, name);
    store_arg_bool(args, internal);
    store_arg_bool(args, speaks_for_others);
    store_arg_time_us(args, bootstrap->now_us);
}

static void add_principal(struct bootstrap *bootstrap, const char *name, bool internal,
                          bool speaks_for_others, const char *public_key)
{
    struct store_args *args;

    add_voice(bootstrap, name, internal, speaks_for_others);
    args = add_step(bootstrap, sql_put_curve_key);
    store_arg_text(args, name);
    store_arg_text(args, public_key);
    store_arg_time_us(args, bootstrap->now_us);
}

/* groups: as in "{progress_report,hold_set}"; "{}": all of the kinds. */
static void add_push_grants(struct bootstrap *bootstrap, const char *name, const char *const *kinds,
                            const char *groups)
{
    struct store_args *args = add_step(bootstrap, sql_put_push_grants);
    struct store_array array;

    store_array_init(&array, &bootstrap->arena, STORE_TEXT_ARRAY);
    for (; *kinds; kinds++)
        store_array_text(&array, *kinds);
    store_arg_text(args, name);
    store_arg_array(args, &array);
    store_arg_text(args, groups);
}

static void add_token(struct bootstrap *bootstrap)
{
    const int64_t day_us = INT64_C(86400) * 1000000;
    struct store_args *args = add_step(bootstrap, sql_put_token);

    store_arg_text(args, "operator");
    store_arg_bytes(args, bootstrap->files.token_hash, TOKEN_HASH_BYTES);
    store_arg_time_us(args, bootstrap->now_us);
    store_arg_time_us(args, bootstrap->now_us + TOKEN_DAYS * day_us);
    store_arg_time_us(args, bootstrap->now_us + TOKEN_EXTEND_DAYS * day_us);
}

/* Every kind of item there is. */
static const char *const *every_kind(void)
{
    static const char *kinds[UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE + 2];
    int n = 0;

    for (int kind = 1; kind <= UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE; kind++)
        kinds[n++] = wire_word(&uptake__v1__item_kind__descriptor, kind);
    return kinds;
}

static void fill_steps(struct bootstrap *bootstrap)
{
    static const char *const reminders[] = {"reminder", NULL};
    static const char *const actions[] = {"action", NULL};
    static const char *const findings[] = {"finding", NULL};

    add_principal(bootstrap, "ingest", true, false, bootstrap->files.ingest);
    add_principal(bootstrap, "workflow", true, false, bootstrap->files.workflow);
    add_principal(bootstrap, "reporting", true, true, bootstrap->files.reporting);
    add_principal(bootstrap, "operator", false, false, bootstrap->files.cli);
    add_voice(bootstrap, "unit-forms", true, false);
    add_push_grants(bootstrap, "workflow", reminders, "{}");
    add_push_grants(bootstrap, "unit-forms", actions, "{progress_report,hold_set,chase_set}");
    add_push_grants(bootstrap, "unit-forms", findings, "{}");
    add_push_grants(bootstrap, "operator", every_kind(), "{}");
    add_token(bootstrap);
    store_arg_text(add_step(bootstrap, sql_put_read_grants), "operator");
}

static void on_reply(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct bootstrap *bootstrap = ctx;

    if (err) {
        *bootstrap->err = *err;
    } else {
        for (int i = 0; i < nresults; i++)
            bootstrap->rows += atol(PQcmdTuples(results[i]));
        bootstrap->done = true;
    }
    finish(bootstrap);
}

static void on_state(void *ctx, bool ready, const struct err *err)
{
    struct bootstrap *bootstrap = ctx;

    if (bootstrap->sent || bootstrap->closing)
        return;
    if (!ready) {
        *bootstrap->err = *err;
        finish(bootstrap);
        return;
    }
    bootstrap->sent = true;
    if (!store_submit(bootstrap->store, bootstrap->steps, bootstrap->nsteps, on_reply, bootstrap,
                      bootstrap->err))
        finish(bootstrap);
}

static bool write_rows(struct bootstrap *bootstrap, const char *database, struct err *err)
{
    struct store_options options = {
        .conninfo = database, .name = "uptake keys", .on_state = on_state, .ctx = bootstrap};
    struct timespec now;
    uv_loop_t loop;

    clock_gettime(CLOCK_REALTIME, &now);
    bootstrap->now_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    bootstrap->err = err;
    fill_steps(bootstrap);
    if (uv_loop_init(&loop) != 0)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "loop", "cannot start the event loop");
    bootstrap->store = store_open(&loop, &options, err);
    if (bootstrap->store)
        uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return bootstrap->done;
}

static enum exit_code run(struct cli *cli, const char *database, const char *folder,
                          struct err *err)
{
    struct bootstrap bootstrap = {0};
    bool good =
        key_files_make(folder, &bootstrap.files, err) && write_rows(&bootstrap, database, err);

    arena_finish(&bootstrap.arena);
    if (!good)
        return cli_fail(err);
    if (cli->json)
        return cli_print_json(json_pack("{s:i, s:I}", "files_made", bootstrap.files.made,
                                        "rows_written", (json_int_t)bootstrap.rows),
                              EXIT_OK);
    printf("%d key files made, %ld rows written\n", bootstrap.files.made, bootstrap.rows);
    return EXIT_OK;
}

enum exit_code keys_bootstrap(struct cli *cli, int argc, char **argv)
{
    const char *database = NULL;
    const char *folder = NULL;
    const struct option options[] = {{"--database", "CONNINFO",
                                      "libpq connection string of the owner of the schema",
                                      &database, NULL},
                                     {"--keys", "DIR", "folder of the key files", &folder, NULL},
                                     {0}};
    const struct usage usage = {
        "keys bootstrap --database CONNINFO --keys DIR [flags]",
        "Makes what is missing of a register's keys: key files, and the rows that let them in.\n"
        "What the register was told of a principal since is left as it is. Harmless to repeat.",
        options, 0, 0};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (!database || !folder) {
        err_set(&err, ERR_REJECT, "USAGE", "keys", "usage: uptake %s", usage.line);
        return cli_fail(&err);
    }
    return run(cli, database, folder, &err);
}
