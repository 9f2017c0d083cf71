/* SPDX-License-Identifier: Apache-2.0 */
#include "http_parts.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

bool http_target_is_sound(const char *target)
{
    char *decoded = malloc(strlen(target) + 1);
    size_t len = 0;
    bool sound = decoded != NULL;

    for (const char *c = target; sound && *c; c++) {
        int byte = (unsigned char)*c;
        if (*c == '%') {
            const int high = hex_digit(c[1]);
            const int low = high < 0 ? -1 : hex_digit(c[2]);
            byte = low < 0 ? 0 : high * 16 + low;
            c += low < 0 ? 0 : 2;
        }
        if (byte == 0)
            sound = false;
        else
            decoded[len++] = (char)byte;
    }
    sound = sound && text_utf8_check(decoded, len) == len;
    free(decoded);
    return sound;
}
