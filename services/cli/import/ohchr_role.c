/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_role.h"

#include "import/ohchr_name_text.h"
#include "import/ohchr_words.h"

#include <string.h>

size_t ohchr_role_turn(const char *text, enum role *role, bool at_start)
{
    static const char *const nouns[] = {"support", "supporting", "appui", "soutien", "apoyo"};
    size_t len = words_at(text, WORDS_OVERSEER);
    bool noun = false;

    if (len) {
        *role = ROLE_OVERSEER;
        return len;
    }
    len = words_at(text, WORDS_LEAD);
    if (len && at_start && name_dash(text + len + strspn(text + len, " "), text)) {
        *role = ROLE_LEAD;
        return len;
    }
    if (len && (at_start || name_is_hard(text[len])) &&
        (text[len] == ':' || name_is_hard(text[len]) || memchr(text, ' ', len))) {
        if (text[len] == ':')
            *role = ROLE_LEAD;
        return len;
    }
    len = words_at(text, WORDS_SUPPORT);
    for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++)
        noun |= words_match(text, nouns[i]) == len;
    if (!len || (noun && text[len] != ':' && !name_is_hard(text[len])))
        return 0;
    if (!noun || text[len] == ':')
        *role = ROLE_SUPPORT;
    return len;
}
