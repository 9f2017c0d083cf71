/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(struct err *err, enum err_kind kind, const char *code, const char *place,
                 const char *format, va_list args)
{
    err->kind = kind;
    err->code = code;
    snprintf(err->place, sizeof(err->place), "%s", place);
    vsnprintf(err->text, sizeof(err->text), format, args);
    /* Room ends, and formats cut, inside characters too. */
    text_mend(err->place);
    text_mend(err->text);
}

bool err_set(struct err *err, enum err_kind kind, const char *code, const char *place,
             const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err, kind, code, place, format, args);
    va_end(args);
    return false;
}

void *err_null(struct err *err, enum err_kind kind, const char *code, const char *place,
               const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err, kind, code, place, format, args);
    va_end(args);
    return NULL;
}

enum exit_code err_exit_code(const struct err *err)
{
    switch (err->kind) {
    case ERR_RETRY:
        return EXIT_AWAY;
    case ERR_FATAL:
        return EXIT_BAD_CONFIG;
    case ERR_REJECT:
    case ERR_DUPLICATE:
    case ERR_CONFLICT:
        break;
    }
    return EXIT_BAD_USAGE;
}

void err_print(const char *program, const struct err *err)
{
    fprintf(stderr, "%s: %s: %s: %s\n", program, err->code, err->place, err->text);
}
