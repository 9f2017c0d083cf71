/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 4096 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};

/* Set once at start, read afterwards. */
static const char *log_service = "uptake";
static enum log_level log_least = LOG_INFO;

struct line {
    char text[LINE_BYTES];
    size_t len;
};

void log_init(const char *service, enum log_level least)
{
    log_service = service;
    log_least = least;
}

static void put(struct line *line, const char *text, size_t len)
{
    const size_t room = sizeof(line->text) - 4; /* always room for the closing of string, object */

    if (line->len + len > room)
        len = line->len < room ? room - line->len : 0;
    memcpy(line->text + line->len, text, len);
    line->len += len;
}

static void put_string(struct line *line, const char *text)
{
    put(line, "\"", 1);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        char escaped[8];
        if (*c == '"' || *c == '\\') {
            escaped[0] = '\\';
            escaped[1] = (char)*c;
            put(line, escaped, 2);
        } else if (*c < 0x20 || *c == 0x7f) {
            put(line, escaped, (size_t)snprintf(escaped, sizeof(escaped), "\\u%04x", *c));
        } else {
            put(line, (const char *)c, 1);
        }
    }
    line->text[line->len++] = '"';
}

static void put_field(struct line *line, const char *name, const char *value)
{
    put(line, line->len > 1 ? ",\"" : "\"", line->len > 1 ? 2 : 1);
    put(line, name, strlen(name));
    put(line, "\":", 2);
    if (line->len < sizeof(line->text) - 8)
        put_string(line, value ? value : "");
    else
        put(line, "\"\"", 2);
}

void log_event(enum log_level level, const char *event, ...)
{
    struct line line = {.len = 0};
    struct timespec now;
    struct tm utc;
    char at[40];
    size_t len;
    va_list args;
    ssize_t written;

    if (level < log_least)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    len = strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(at + len, sizeof(at) - len, ".%03ldZ", now.tv_nsec / 1000000);

    put(&line, "{", 1);
    put_field(&line, "at", at);
    put_field(&line, "level", level_names[level]);
    put_field(&line, "service", log_service);
    put_field(&line, "event", event);
    va_start(args, event);
    for (const char *name; (name = va_arg(args, const char *));)
        put_field(&line, name, va_arg(args, const char *));
    va_end(args);
    line.text[line.len++] = '}';
    line.text[line.len++] = '\n';
    written = write(STDERR_FILENO, line.text, line.len);
    (void)written; /* a full disk under the log must not stop commits */
}

void log_err(enum log_level level, const char *event, const struct err *err)
{
    log_event(level, event, "code", err->code, "place", err->place, "text", err->text, NULL);
}

const char *log_num(long long value)
{
    static _Thread_local char buffers[8][24];
    static _Thread_local unsigned next;
    char *buffer = buffers[next++ % 8];

    snprintf(buffer, sizeof(buffers[0]), "%lld", value);
    return buffer;
}
