/* SPDX-License-Identifier: Apache-2.0 */
#include "config_parts.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The line reader is our own: libinih cuts lines at 200 bytes without a word, and a connection
 * string with a socket directory is easily longer. */
enum { LINE_MAX_BYTES = 4096, NAME_MAX_BYTES = 64 };

static const char *const known_programs[] = {"ingest", "workflow", "reporting", "cli", NULL};

/* Settings of section [uptake] that some program knows: one file serves them all. */
static const char *const shared_settings[] = {"register_zone",
                                              "push_endpoint",
                                              "doorbell_endpoint",
                                              "ingest_key_public",
                                              "reporting_url",
                                              "fetch_endpoint",
                                              "reporting_key_public",
                                              "token_key",
                                              "mail_from",
                                              NULL};

static bool listed(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

struct reader {
    struct config *config;
    const char *path;
    int line;
    char section[NAME_MAX_BYTES];
    char place[96];
};

static char *trimmed(char *text)
{
    size_t len;

    while (isspace((unsigned char)*text))
        text++;
    len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1]))
        text[--len] = '\0';
    return text;
}

/* A comment is a line of its own, or stands after white space and a semicolon. */
static void cut_comment(char *line)
{
    for (char *c = line; *c; c++) {
        if (*c == ';' && (c == line || isspace((unsigned char)c[-1]))) {
            *c = '\0';
            return;
        }
    }
}

/* The end of a long path tells more than its beginning. */
static const char *place_of(struct reader *reader)
{
    const size_t room = sizeof(reader->place) - 12;
    const size_t len = strlen(reader->path);

    snprintf(reader->place, sizeof(reader->place), "%s%s:%d", len > room ? ".." : "",
             reader->path + (len > room ? len - room : 0), reader->line);
    return reader->place;
}

static bool take_section(struct reader *reader, char *line, struct err *err)
{
    char *close = strchr(line, ']');

    if (!close || *trimmed(close + 1))
        return err_set(err, ERR_FATAL, "CONFIG_BAD_LINE", place_of(reader),
                       "a section is written [name] on a line of its own");
    *close = '\0';
    if (strcmp(line + 1, "uptake") != 0 && !listed(known_programs, line + 1))
        return err_set(err, ERR_FATAL, "CONFIG_UNKNOWN_SECTION", place_of(reader),
                       "[%.40s] is not a program; sections are [uptake], [ingest], [workflow], "
                       "[reporting] and [cli]",
                       line + 1);
    snprintf(reader->section, sizeof(reader->section), "%s", line + 1);
    return true;
}

static bool take_setting(struct reader *reader, char *line, struct err *err)
{
    struct config *config = reader->config;
    const bool shared = strcmp(reader->section, "uptake") == 0;
    char *equals = strchr(line, '=');
    char *name;
    int row;

    if (!equals)
        return err_set(err, ERR_FATAL, "CONFIG_BAD_LINE", place_of(reader),
                       "expected 'name = value', '[section]' or a comment after '#'");
    *equals = '\0';
    name = trimmed(line);
    if (!shared && strcmp(reader->section, config->program) != 0)
        return *reader->section || err_set(err, ERR_FATAL, "CONFIG_BAD_LINE", place_of(reader),
                                           "%.40s stands before the first [section]", name);
    row = config_row(config, name);
    if (row < 0 && shared && listed(shared_settings, name))
        return true;
    if (row < 0)
        return err_set(err, ERR_FATAL, "CONFIG_UNKNOWN_KEY", place_of(reader),
                       "uptake-%s has no setting %.40s; --help lists them", config->program, name);
    return config_set(config, row, trimmed(equals + 1), place_of(reader), err);
}

static bool take_line(struct reader *reader, char *line, struct err *err)
{
    line = trimmed(line);
    if (*line == '#' || *line == ';' || !*line)
        return true;
    cut_comment(line);
    line = trimmed(line);
    return *line == '[' ? take_section(reader, line, err) : take_setting(reader, line, err);
}

static bool read_lines(struct reader *reader, FILE *file, struct err *err)
{
    char line[LINE_MAX_BYTES];

    while (fgets(line, sizeof(line), file)) {
        const size_t len = strlen(line);

        reader->line++;
        if (len == sizeof(line) - 1 && line[len - 1] != '\n')
            return err_set(err, ERR_FATAL, "CONFIG_BAD_LINE", place_of(reader),
                           "the line is longer than %d bytes", LINE_MAX_BYTES - 2);
        if (text_utf8_check(line, len) != len)
            return err_set(err, ERR_FATAL, "CONFIG_BAD_LINE", place_of(reader),
                           "the file must be UTF-8 text");
        if (!take_line(reader, line, err))
            return false;
    }
    if (ferror(file))
        return err_set(err, ERR_FATAL, "CONFIG_UNREADABLE", reader->path, "%s", strerror(errno));
    return true;
}

bool config_read_file(struct config *config, const char *path, struct err *err)
{
    struct reader reader = {.config = config, .path = path};
    struct stat stat;
    FILE *file = fopen(path, "re");
    bool done;

    if (!file)
        return err_set(err, ERR_FATAL, "CONFIG_UNREADABLE", path,
                       "%s; name a readable file with --config or UPTAKE_CONFIG", strerror(errno));
    if (fstat(fileno(file), &stat) == 0 && !S_ISREG(stat.st_mode))
        done = err_set(err, ERR_FATAL, "CONFIG_UNREADABLE", path,
                       "not a regular file; --config names the settings file itself");
    else
        done = read_lines(&reader, file, err);
    fclose(file);
    return done;
}
