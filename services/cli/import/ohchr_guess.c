/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_guess.h"

#include <ctype.h>
#include <string.h>

enum { GUESS_BYTES_MAX = 40 };

/* The same but for one letter wrong, missing, too many, or two exchanged. */
static bool is_near(const char *a, const char *b)
{
    size_t la = strlen(a);
    size_t lb = strlen(b);
    size_t front = 0;
    size_t back = 0;
    size_t shorter = la < lb ? la : lb;

    if (la < 4 || (la > lb ? la - lb : lb - la) > 1)
        return false;
    while (front < shorter && a[front] == b[front])
        front++;
    while (back < shorter - front && a[la - 1 - back] == b[lb - 1 - back])
        back++;
    if (front + back + 1 >= (la > lb ? la : lb))
        return true;
    return la == lb && front + back + 2 == la && a[front] == b[front + 1] &&
           a[front + 1] == b[front];
}

static const char *name_that_is(const struct directory *directory, const char *text, size_t len)
{
    for (const struct directory_name *entry = directory->names; entry; entry = entry->next)
        if (entry->unit && strlen(entry->name) == len && strncmp(entry->name, text, len) == 0)
            return entry->name;
    return NULL;
}

void ohchr_guess(const struct directory *directory, const char *name, size_t name_len,
                 const char **first, const char **second)
{
    char bare[GUESS_BYTES_MAX];
    size_t len = 0;

    *first = *second = NULL;
    for (size_t i = 0; i < name_len && len + 1 < sizeof(bare); i++)
        if (!isspace((unsigned char)name[i]))
            bare[len++] = name[i];
    bare[len] = '\0';
    for (size_t cut = 2; cut + 2 <= len; cut++) {
        *first = name_that_is(directory, bare, cut);
        *second = *first ? name_that_is(directory, bare + cut, len - cut) : NULL;
        if (*second)
            return;
    }
    *first = name_that_is(directory, bare, len);
    for (const struct directory_name *entry = directory->names; entry && !*first;
         entry = entry->next)
        if (entry->unit && is_near(bare, entry->name))
            *first = entry->name;
}
