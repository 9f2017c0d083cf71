/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

void options_print_exit_codes(void)
{
    printf("Exit codes: 0 done, 1 findings, 2 wrong use or input, 69 something is away, "
           "70 a bug, 78 configuration\n");
}

static void print_help(const struct usage *usage)
{
    printf("usage: uptake %s\n\n%s\n\nFlags:\n", usage->line, usage->summary);
    for (const struct option *option = usage->options; option->name; option++) {
        char head[64];
        snprintf(head, sizeof(head), "%s%s%s", option->name, option->metavar ? " " : "",
                 option->metavar ? option->metavar : "");
        printf("  %-22s %s\n", head, option->help);
    }
    printf("  %-22s %s\n", "--json", "print the result as one JSON object");
    printf("  %-22s %s\n", "--config FILE", "settings (default: $UPTAKE_CONFIG, var/uptake.conf)");
    printf("  %-22s %s\n\n", "--help", "print this");
    options_print_exit_codes();
}

static const struct option *find(const struct option *options, const char *arg, size_t len)
{
    for (; options->name; options++)
        if (strlen(options->name) == len && strncmp(options->name, arg, len) == 0)
            return options;
    return NULL;
}

/* The value of "--flag value" or "--flag=value"; NULL: there is none. */
static const char *value_of(int argc, char **argv, int *at, size_t len)
{
    if (argv[*at][len] == '=')
        return argv[*at] + len + 1;
    if (*at + 1 < argc)
        return argv[++*at];
    return NULL;
}

static enum options_outcome take_flag(struct cli *cli, const struct usage *usage, int argc,
                                      char **argv, int *at, struct err *err)
{
    const char *arg = argv[*at];
    size_t len = strcspn(arg, "=");
    const struct option common[] = {{"--json", NULL, NULL, NULL, &cli->json},
                                    {"--config", "FILE", NULL, &cli->config_path, NULL},
                                    {0}};
    const struct option *option = find(usage->options, arg, len);

    if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
        print_help(usage);
        return OPTIONS_DONE;
    }
    if (!option)
        option = find(common, arg, len);
    if (!option || (!option->metavar && arg[len] == '=')) {
        err_set(err, ERR_REJECT, "FLAG_UNKNOWN", arg, "`uptake %s --help` lists the flags",
                cli->verb);
        return OPTIONS_BAD;
    }
    if (!option->metavar) {
        *option->given = true;
        return OPTIONS_RUN;
    }
    *option->value = value_of(argc, argv, at, len);
    if (*option->value)
        return OPTIONS_RUN;
    err_set(err, ERR_REJECT, "FLAG_VALUE_MISSING", arg, "write %s %s", option->name,
            option->metavar);
    return OPTIONS_BAD;
}

enum options_outcome options_parse(struct cli *cli, const struct usage *usage, int *argc,
                                   char **argv, struct err *err)
{
    bool only_arguments = false;
    int kept = 0;

    for (int at = 0; at < *argc; at++) {
        const size_t len = strlen(argv[at]);

        if (text_utf8_check(argv[at], len) < len) {
            err_set(err, ERR_REJECT, "BAD_UTF8", argv[at],
                    "arguments are UTF-8; set the terminal to it");
            return OPTIONS_BAD;
        }
    }
    for (int at = 0; at < *argc; at++) {
        enum options_outcome outcome;
        if (only_arguments || argv[at][0] != '-' || strcmp(argv[at], "-") == 0) {
            argv[kept++] = argv[at];
            continue;
        }
        if (strcmp(argv[at], "--") == 0) {
            only_arguments = true;
            continue;
        }
        outcome = take_flag(cli, usage, *argc, argv, &at, err);
        if (outcome != OPTIONS_RUN)
            return outcome;
    }
    *argc = kept;
    if (kept >= usage->arguments_min && kept <= usage->arguments_max)
        return OPTIONS_RUN;
    err_set(err, ERR_REJECT, "USAGE", cli->verb, "usage: uptake %s", usage->line);
    return OPTIONS_BAD;
}

bool options_run(struct cli *cli, const struct usage *usage, int *argc, char **argv,
                 enum exit_code *code)
{
    struct err err;

    *code = EXIT_OK;
    switch (options_parse(cli, usage, argc, argv, &err)) {
    case OPTIONS_DONE:
        return false;
    case OPTIONS_BAD:
        *code = cli_fail(&err);
        return false;
    case OPTIONS_RUN:
        break;
    }
    return true;
}

int options_all(int argc, char **argv, const char *name, const char **values, int most)
{
    size_t len = strlen(name);
    int n = 0;

    for (int at = 0; at < argc && strcmp(argv[at], "--") != 0; at++) {
        const char *value;

        if (strncmp(argv[at], name, len) != 0 || (argv[at][len] && argv[at][len] != '='))
            continue;
        value = value_of(argc, argv, &at, len);
        if (value && n++ < most)
            values[n - 1] = value;
    }
    return n;
}
