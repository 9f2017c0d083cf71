/* SPDX-License-Identifier: Apache-2.0 */
#include "answer_link.h"

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char purpose[] = "answer";

/* Keys hold no line break. */
const char *answer_link_url(const uint8_t key[LINK_KEY_BYTES], const char *public_url,
                            const struct answer_link *link, struct arena *arena)
{
    struct link signed_link = {.purpose = purpose, .expires_at_s = link->expires_at_s};
    uint8_t mail[SHA256_BYTES];
    char token[LINK_TEXT];
    const int len = snprintf(signed_link.about, sizeof(signed_link.about), "%s\n%s\n%s\n%d",
                             link->unit, link->action, link->policy, link->cycle);

    if (len < 0 || (size_t)len >= sizeof(signed_link.about))
        return NULL;
    sha256(link->mail, strlen(link->mail), mail);
    memcpy(signed_link.nonce, mail, LINK_NONCE_BYTES);
    link_sign(key, &signed_link, token);
    return arena_printf(arena, "%s/a/%s", public_url, token);
}

/* Ends the line that begins at *at, and moves on to the next; NULL: there is none. */
static const char *take_line(char **at)
{
    const char *line = *at;
    char *end = strchr(*at, '\n');

    if (!end || end == *at)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

bool answer_link_read(const uint8_t key[LINK_KEY_BYTES], const char *token, int64_t now_s,
                      struct answer_link *link, struct arena *arena, struct err *err)
{
    struct link checked = {.purpose = purpose};
    char *at;

    *link = (struct answer_link){.mail = ""};
    if (!link_check(key, token, now_s, &checked, err))
        return false;
    at = arena_strdup(arena, checked.about);
    if (!at)
        return err_set(err, ERR_RETRY, "OVERLOADED", "token", "out of memory; try again");
    link->unit = take_line(&at);
    link->action = link->unit ? take_line(&at) : NULL;
    link->policy = link->action ? take_line(&at) : NULL;
    link->cycle = link->policy ? atoi(at) : 0;
    link->expires_at_s = checked.expires_at_s;
    return link->cycle > 0 || err_set(err, ERR_REJECT, "TOKEN_INVALID", "token",
                                      "this link is not one of ours; ask for a new one");
}
