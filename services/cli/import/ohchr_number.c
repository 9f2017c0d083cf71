/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int roman_value(const char *text, size_t len)
{
    int sum = 0;
    int before = 0;

    while (len-- > 0) {
        char c = (char)toupper((unsigned char)text[len]);
        int value = c == 'I' ? 1 : c == 'V' ? 5 : c == 'X' ? 10 : 0;
        if (!value)
            return 0;
        sum += value < before ? -value : value;
        before = value;
    }
    return sum;
}

const char *ohchr_number_read(struct document *document, struct recommendation *recommendation,
                              const struct label *label, int position)
{
    int line = recommendation->line;
    const char *subject;
    int roman = roman_value(label->code, label->code_len);
    bool digits = label->code_len && isdigit((unsigned char)*label->code);
    bool dotted = digits && memchr(label->code, '.', label->code_len);

    if (!label->code_len)
        recommendation->code = arena_printf(&document->arena, "%d", position);
    else if ((digits && !dotted) || roman)
        recommendation->code =
            arena_printf(&document->arena, "%d", digits ? atoi(label->code) : roman);
    else
        recommendation->code = arena_strndup(&document->arena, label->code, label->code_len);
    subject = recommendation->code
                  ? arena_printf(&document->arena, "recommendation %s", recommendation->code)
                  : NULL;
    document->failed |= !subject;
    if (document->failed)
        return subject;
    if (!label->code_len)
        document_find(document, SEVERITY_INFO, "NO_CODE", subject, line,
                      "number the recommendations at the source to keep codes when they move",
                      "the recommendation has no number; its position is its code");
    else if (!digits && roman)
        document_find(document, SEVERITY_INFO, "CODE_NORMALISED", subject, line,
                      "write the number in digits at the source", "\"%.*s\" is read as %s",
                      (int)label->code_len, label->code, recommendation->code);
    return subject;
}
