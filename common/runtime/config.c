/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "config_parts.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 64 };

int config_row(const struct config *config, const char *name)
{
    for (int i = 0; config->rows[i].name; i++)
        if (strcmp(config->rows[i].name, name) == 0)
            return i;
    return -1;
}

static int row_count(const struct config *config)
{
    int n = 0;

    while (config->rows[n].name)
        n++;
    return n;
}

static bool is_date(const char *text)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day, end = 0;

    if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 ||
        end != 10 || year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
        return day <= 29;
    return day <= days[month - 1];
}

static bool is_int(const struct config_row *row, const char *text)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    return *text && !*end && !errno && value >= row->min && value <= row->max;
}

static bool check_value(const struct config_row *row, const char *value, const char *place,
                        struct err *err)
{
    if (row->type == CONFIG_INT && !is_int(row, value))
        return err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", place,
                       "%s must be a whole number from %ld to %ld", row->name, row->min, row->max);
    if (row->type == CONFIG_DATE && *value && !is_date(value))
        return err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", place,
                       "%s must be a day written YYYY-MM-DD, or empty", row->name);
    return true;
}

bool config_set(struct config *config, int row, const char *value, const char *place,
                struct err *err)
{
    char *copy;

    if (!check_value(&config->rows[row], value, place, err))
        return false;
    copy = strdup(value);
    if (!copy)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", place, "cannot keep the setting");
    free(config->values[row]);
    config->values[row] = copy;
    return true;
}

/* Environment and flags ----------------------------------------------------------------------- */

static void spell(const char *prefix, const char *name, int (*letter)(int), char from, char to,
                  char out[NAME_MAX_BYTES])
{
    size_t len = (size_t)snprintf(out, NAME_MAX_BYTES, "%s%s", prefix, name);

    for (size_t i = strlen(prefix); i < len && i < NAME_MAX_BYTES; i++)
        out[i] = (char)(out[i] == from ? to : letter((unsigned char)out[i]));
}

static void variable_name(const char *name, char out[NAME_MAX_BYTES])
{
    spell("UPTAKE_", name, toupper, '_', '_', out);
}

static void flag_name(const char *name, char out[NAME_MAX_BYTES])
{
    spell("--", name, tolower, '_', '-', out);
}

static bool read_environment(struct config *config, struct err *err)
{
    for (int i = 0; config->rows[i].name; i++) {
        char variable[NAME_MAX_BYTES];
        const char *value;

        variable_name(config->rows[i].name, variable);
        value = getenv(variable);
        if (value && !config_set(config, i, value, variable, err))
            return false;
    }
    return true;
}

/* The value of argv[*at] if it is this flag, as "--flag value" or "--flag=value". */
static const char *flag_value(int argc, char **argv, int *at, const char *flag)
{
    const size_t len = strlen(flag);

    if (strncmp(argv[*at], flag, len) != 0)
        return NULL;
    if (argv[*at][len] == '=')
        return argv[*at] + len + 1;
    if (argv[*at][len] == '\0' && *at + 1 < argc)
        return argv[++*at];
    return NULL;
}

static bool read_flag(struct config *config, int argc, char **argv, int *at, struct err *err)
{
    const int first = *at;

    if (flag_value(argc, argv, at, "--config"))
        return true; /* already read: the file comes before the flags */
    for (int i = 0; config->rows[i].name; i++) {
        char flag[NAME_MAX_BYTES];
        const char *value;

        flag_name(config->rows[i].name, flag);
        value = flag_value(argc, argv, at, flag);
        if (value)
            return config_set(config, i, value, flag, err);
    }
    return err_set(err, ERR_REJECT, "UNKNOWN_FLAG", argv[first],
                   "no such flag, or its value is missing; --help lists them");
}

static bool read_flags(struct config *config, int argc, char **argv, struct err *err)
{
    for (int i = 1; i < argc; i++)
        if (!read_flag(config, argc, argv, &i, err))
            return false;
    return true;
}

static const char *config_path(int argc, char **argv)
{
    const char *path = getenv("UPTAKE_CONFIG");

    for (int i = 1; i < argc; i++) {
        const char *value = flag_value(argc, argv, &i, "--config");
        if (value)
            path = value;
    }
    return path && *path ? path : NULL;
}

static void print_help(const struct config *config)
{
    printf("uptake-%s: %s\n\nusage: uptake-%s [--config FILE] [--SETTING VALUE]...\n\n"
           "Each setting is a line 'name = value' in section [%s] or [uptake] of FILE, an\n"
           "environment variable UPTAKE_NAME or a flag; the last of these wins.\n\n",
           config->program, config->summary, config->program, config->program);
    printf("  --config FILE\n        settings file (also UPTAKE_CONFIG)\n");
    for (const struct config_row *row = config->rows; row->name; row++) {
        char flag[NAME_MAX_BYTES];

        flag_name(row->name, flag);
        printf("  %s VALUE\n        %s", flag, row->help);
        if (!row->fallback)
            printf(" (required)");
        else if (*row->fallback)
            printf(" (default %s)", row->fallback);
        printf("\n");
    }
    printf("  --help\n  --version\n");
}

static bool print_answer(const struct config *config, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_help(config);
            return true;
        }
        if (strcmp(argv[i], "--version") == 0) {
            printf("uptake-%s %s\n", config->program, UPTAKE_VERSION);
            return true;
        }
    }
    return false;
}

/* The whole ------------------------------------------------------------------------------------ */

static bool start(struct config *config, struct err *err)
{
    config->values = calloc((size_t)row_count(config) + 1, sizeof(*config->values));
    if (!config->values)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "config", "cannot hold the settings");
    return true;
}

static bool fill_fallbacks(struct config *config, struct err *err)
{
    for (int i = 0; config->rows[i].name; i++) {
        const struct config_row *row = &config->rows[i];

        if (config->values[i])
            continue;
        if (!row->fallback)
            return err_set(err, ERR_FATAL, "CONFIG_MISSING", row->name,
                           "uptake-%s needs this setting: %s", config->program, row->help);
        config->values[i] = strdup(row->fallback);
        if (!config->values[i])
            return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", row->name, "cannot keep the setting");
    }
    return true;
}

enum config_outcome config_load(struct config *config, int argc, char **argv, struct err *err)
{
    const char *path = config_path(argc, argv);

    if (print_answer(config, argc, argv))
        return CONFIG_DONE;
    if (start(config, err) && (!path || config_read_file(config, path, err)) &&
        read_environment(config, err) && read_flags(config, argc, argv, err) &&
        fill_fallbacks(config, err))
        return CONFIG_RUN;
    config_finish(config);
    return CONFIG_BAD;
}

/* var/uptake.conf of the current directory or the nearest parent that has one. */
static bool find_file(char path[PATH_MAX])
{
    static const char name[] = "/var/uptake.conf";
    char directory[PATH_MAX - sizeof(name)];

    if (!getcwd(directory, sizeof(directory)))
        return false;
    for (;;) {
        char *slash;

        snprintf(path, PATH_MAX, "%s%s", directory, name);
        if (access(path, F_OK) == 0)
            return true;
        slash = strrchr(directory, '/');
        if (!slash)
            return false;
        *slash = '\0';
    }
}

bool config_load_file(struct config *config, const char *path, struct err *err)
{
    char found[PATH_MAX];

    if (!path)
        path = config_path(0, NULL);
    if (!path && find_file(found))
        path = found;
    if (start(config, err) && (!path || config_read_file(config, path, err)) &&
        read_environment(config, err) && fill_fallbacks(config, err))
        return true;
    config_finish(config);
    return false;
}

void config_finish(struct config *config)
{
    if (config->values)
        for (int i = 0; config->rows[i].name; i++)
            free(config->values[i]);
    free(config->values);
    config->values = NULL;
}

const char *config_text(const struct config *config, const char *name)
{
    const int row = config_row(config, name);

    if (row < 0)
        abort(); /* a misspelled name in our own code */
    return config->values[row];
}

long config_int(const struct config *config, const char *name)
{
    return strtol(config_text(config, name), NULL, 10);
}
