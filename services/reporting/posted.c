/* SPDX-License-Identifier: Apache-2.0 */
#include "posted.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char form_type[] = "application/x-www-form-urlencoded";

static int hex_digit(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* In place; false: broken coding, or NUL. Line ends become single line feeds. */
static bool decode(char *text)
{
    char *to = text;

    for (const char *c = text; *c; c++) {
        int byte = *c == '+' ? ' ' : (unsigned char)*c;

        if (*c == '%') {
            const int high = hex_digit(c[1]);
            const int low = high < 0 ? -1 : hex_digit(c[2]);
            byte = low < 0 ? 0 : high * 16 + low;
            if (!byte)
                return false;
            c += 2;
        }
        if (byte != '\r')
            *to++ = (char)byte;
    }
    *to = '\0';
    return text_utf8_check(text, (size_t)(to - text)) == (size_t)(to - text);
}

bool posted_each(struct call *call, posted_field_fn *each, void *ctx)
{
    const char *type = http_header(call->request, "Content-Type");
    size_t len;
    const char *bytes = http_body(call->request, &len);
    char *body = arena_strndup(&call->arena, bytes, len);
    char *next;

    if (!body || !type || strncasecmp(type, form_type, strlen(form_type)) != 0 ||
        memchr(bytes, '\0', len))
        return false;
    for (char *at = body; at; at = next) {
        char *value = strchr(at, '=');

        next = strchr(at, '&');
        if (next)
            *next++ = '\0';
        if (!value || (next && value >= next))
            return false;
        *value++ = '\0';
        if (!decode(at) || !decode(value) || !each(ctx, at, value))
            return false;
    }
    return true;
}

struct search {
    const char *name;
    const char *value;
};

static bool find(void *ctx, const char *name, char *value)
{
    struct search *search = ctx;

    if (!*search->value && strcmp(name, search->name) == 0)
        search->value = value;
    return true;
}

const char *posted(struct call *call, const char *name)
{
    struct search search = {name, ""};

    return posted_each(call, find, &search) ? search.value : "";
}
