/* SPDX-License-Identifier: Apache-2.0 */
#include "html.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put_escaped(struct text_buffer *page, const char *text)
{
    const char *plain = text;

    for (; *text; text++) {
        const char *escaped = entity(*text);

        if (!escaped)
            continue;
        text_put_bytes(page, plain, (size_t)(text - plain));
        text_put(page, escaped);
        plain = text + 1;
    }
    text_put(page, plain);
}

static void put_word(struct text_buffer *page, const char *word)
{
    for (const char *c = word; *c; c++) {
        const char shown[2] = {(char)(*c == '_'   ? ' '
                                      : c == word ? toupper((unsigned char)*c)
                                                  : *c),
                               '\0'};
        put_escaped(page, shown);
    }
}

/* RFC 3986: all but the unreserved characters is coded. */
static void put_url(struct text_buffer *page, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (isalnum(*c) || strchr("-._~", *c))
            text_put_bytes(page, c, 1);
        else
            text_put_format(page, "%%%02X", *c);
    }
}

static void put_value(struct text_buffer *page, char letter, va_list *args)
{
    switch (letter) {
    case 's':
        put_escaped(page, va_arg(*args, const char *));
        break;
    case 'w':
        put_word(page, va_arg(*args, const char *));
        break;
    case 'u':
        put_url(page, va_arg(*args, const char *));
        break;
    case 'd':
        text_put_format(page, "%lld", (long long)va_arg(*args, int64_t));
        break;
    case '%':
        text_put(page, "%");
        break;
    default:
        assert(!"unknown letter in a template");
    }
}

void html_put(struct text_buffer *page, const char *template, ...)
{
    va_list args;

    va_start(args, template);
    for (const char *percent; (percent = strchr(template, '%')); template = percent + 2) {
        text_put_bytes(page, template, (size_t)(percent - template));
        put_value(page, percent[1], &args);
    }
    va_end(args);
    text_put(page, template);
}
