/* SPDX-License-Identifier: Apache-2.0 */
#include "posted.h"

#include <ctype.h>
#include <string.h>

static int digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Decoded in place; false: not what browsers send. */
static bool decode(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++) {
        if (*from != '%') {
            *to++ = *from == '+' ? ' ' : *from;
            continue;
        }
        if (!isxdigit((unsigned char)from[1]) || !isxdigit((unsigned char)from[2]))
            return false;
        *to = (char)(digit(from[1]) * 16 + digit(from[2]));
        if (!*to++)
            return false;
        from += 2;
    }
    *to = '\0';
    return text_utf8_check(text, strlen(text)) == strlen(text);
}

const char *posted(struct call *call, const char *name)
{
    const size_t name_len = strlen(name);
    size_t len;
    const char *at = http_body(call->request, &len);
    const char *end = at + len;

    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        const size_t n = (size_t)((stop ? stop : end) - at);

        if (n > name_len && at[name_len] == '=' && memcmp(at, name, name_len) == 0) {
            char *value = arena_strndup(&call->arena, at + name_len + 1, n - name_len - 1);
            return value && decode(value) ? value : "";
        }
        at += n + 1;
    }
    return "";
}
