/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include "calendar/zone.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static const struct config_row rows[] = {
    {"register_zone", CONFIG_TEXT, "Europe/Zurich", "IANA zone in which the register says today", 0,
     0},
    {"push_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7401", "where ingest takes changes", 0, 0},
    {"ingest_key_public", CONFIG_TEXT, "", "file with ingest's public key", 0, 0},
    {"reporting_url", CONFIG_TEXT, "http://127.0.0.1:7480", "where reporting answers", 0, 0},
    {"fetch_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7403", "where reporting gives feeds", 0, 0},
    {"reporting_key_public", CONFIG_TEXT, "", "file with reporting's public key", 0, 0},
    {"key", CONFIG_TEXT, "", "file with this program's key pair", 0, 0},
    {"token", CONFIG_TEXT, "", "file with the bearer token for reporting", 0, 0},
    {"database", CONFIG_TEXT, "", "libpq connection string, for what reads the schema itself", 0,
     0},
    {0},
};

/* var/uptake.conf in the current folder or the nearest one above that has it. */
static bool look_for(char path[PATH_BYTES])
{
    static const char name[] = "/var/uptake.conf";
    char *slash;

    if (!getcwd(path, PATH_BYTES - sizeof(name)))
        return false;
    for (;;) {
        size_t len = strlen(path);
        memcpy(path + len, name, sizeof(name));
        if (access(path, F_OK) == 0)
            return true;
        path[len] = '\0';
        slash = strrchr(path, '/');
        if (!slash)
            return false;
        *slash = '\0';
    }
}

bool cli_configure(struct cli *cli, struct err *err)
{
    const char *path = cli->config_path ? cli->config_path : getenv("UPTAKE_CONFIG");
    char found[PATH_BYTES];

    if (cli->configured)
        return true;
    if (!path && look_for(found))
        path = found;
    if (!path)
        return err_set(err, ERR_FATAL, "CONFIG_MISSING", "var/uptake.conf",
                       "not here nor in a folder above; run deploy/up, or name one with --config");
    cli->config = (struct config){.program = "cli", .rows = rows};
    cli->configured = true;
    return config_load_file(&cli->config, path, err);
}

bool cli_today(struct cli *cli, struct date *today, struct err *err)
{
    return cli_configure(cli, err) &&
           date_today(config_text(&cli->config, "register_zone"), today, err);
}

bool cli_database(struct cli *cli, const char **database, struct err *err)
{
    if (*database)
        return true;
    if (!cli_configure(cli, err))
        return false;
    *database = config_text(&cli->config, "database");
    return **database || err_set(err, ERR_REJECT, "USAGE", "--database",
                                 "name one, or set `database` in section [cli] of the settings");
}

enum exit_code cli_fail(const struct err *err)
{
    err_print("uptake", err);
    if (strcmp(err->code, "OUT_OF_MEMORY") == 0)
        return EXIT_BUG;
    return err_exit_code(err);
}

bool cli_output_is_closed(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};

    return ferror(stdout) && poll(&out, 1, 0) > 0 && (out.revents & POLLERR);
}

enum exit_code cli_end_output(enum exit_code otherwise)
{
    struct err err;

    if ((fflush(stdout) == 0 && !ferror(stdout)) || cli_output_is_closed())
        return otherwise;
    err_set(&err, ERR_RETRY, "OUTPUT_FAILED", "standard output", "cannot write: %s",
            strerror(errno));
    return cli_fail(&err);
}

enum exit_code cli_print_json(json_t *object, enum exit_code otherwise)
{
    struct err err;

    if (!object) {
        err_set(&err, ERR_FATAL, "OUT_OF_MEMORY", "result", "cannot hold the result");
        return cli_fail(&err);
    }
    if (json_dumpf(object, stdout, JSON_COMPACT) == 0)
        putchar('\n');
    json_decref(object);
    return otherwise;
}

const char *cli_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

long long cli_number(const json_t *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

const char *cli_s(unsigned long long n)
{
    return n == 1 ? "" : "s";
}

/* A byte that does not begin a character of UTF-8. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

void cli_put_short(const char *text, size_t most)
{
    size_t printed = 0;

    for (; *text; text++) {
        if (!continues(*text) && printed++ == most) {
            fputs("...", stdout);
            return;
        }
        putchar(*text == '\n' || *text == '\t' ? ' ' : *text);
    }
}

void cli_put_units(const json_t *units)
{
    const char *between = "";

    for (size_t i = 0; i < json_array_size(units); i++) {
        const json_t *unit = json_array_get(units, i);
        const char *code = cli_text(unit, "code");
        printf("%s%s", between, *code ? code : cli_text(unit, "name"));
        between = ", ";
    }
}
