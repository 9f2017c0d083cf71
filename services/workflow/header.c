/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand in a mail header, and how; and the links of the mail. */
#include "digest.h"

#include "base/text.h"
#include "model/answer_link.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    /* A line with an encoded word has at most 76 characters (RFC 2047, 2): 9 of "Subject: ", 12 of
     * frame, the rest base64. */
    WORD_BYTES = 39,
    WORD_BASE64 = WORD_BYTES / 3 * 4 + 1,
    ADDRESS_MAX = 254,
    LINK_DAYS = 60,
};

static bool is_plain(const char *value)
{
    for (const char *at = value; *at; at++)
        if ((unsigned char)*at < 0x20 || (unsigned char)*at > 0x7e)
            return false;
    return !strstr(value, "=?");
}

static bool has_control(const char *value)
{
    for (const char *at = value; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return true;
    return false;
}

/* The most bytes, not above `most`, that end where a character ends. */
static size_t whole_characters(const char *text, size_t most)
{
    size_t len = strlen(text);

    if (len <= most)
        return len;
    len = most;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

const char *digest_header(const char *value, struct arena *arena, struct err *err)
{
    struct text_buffer words = {0};
    const char *copy = NULL;

    if (has_control(value))
        return err_null(err, ERR_REJECT, "HEADER_INJECTION", "header",
                        "line break or control character in a header value; correct the name");
    for (const char *at = value; *at && !is_plain(value);) {
        char base64[WORD_BASE64];
        size_t len = whole_characters(at, WORD_BYTES);

        if (len == 0)
            return err_null(err, ERR_REJECT, "BAD_UTF8", "header", "not UTF-8");
        sodium_bin2base64(base64, sizeof(base64), (const unsigned char *)at, len,
                          sodium_base64_VARIANT_ORIGINAL);
        text_put_format(&words, "%s=?UTF-8?B?%s?=", words.len ? " " : "", base64);
        at += len;
    }
    if (!words.failed)
        copy = arena_strdup(arena, words.text ? words.text : value);
    text_buffer_finish(&words);
    if (!copy)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "header", "cannot allocate");
    return copy;
}

bool digest_address_check(const char *address, struct err *err)
{
    const char *at = strchr(address, '@');

    for (const char *c = address; *c; c++)
        if ((unsigned char)*c <= 0x20 || (unsigned char)*c >= 0x7f || strchr("<>()[]\\,;:\"", *c))
            return err_set(err, ERR_REJECT, "BAD_EMAIL", "address",
                           "character not allowed in an address; correct the unit's e-mail");
    if (!at || at == address || !at[1] || strchr(at + 1, '@') || strlen(address) > ADDRESS_MAX)
        return err_set(err, ERR_REJECT, "BAD_EMAIL", "address",
                       "need name@domain; correct the unit's e-mail");
    return true;
}

const char *digest_short_title(const char *text, struct arena *arena)
{
    enum { TITLE_CHARACTERS = 80 };
    struct text_buffer title = {0};
    const char *copy;
    int characters = 0;
    bool gap = false;

    for (const char *at = text; *at;) {
        size_t len = 1;
        if (strchr(" \t\r\n\v\f", *at)) {
            gap = title.len > 0;
            at++;
            continue;
        }
        while (((unsigned char)at[len] & 0xc0) == 0x80)
            len++;
        if (characters + gap >= TITLE_CHARACTERS) {
            text_put(&title, "…");
            break;
        }
        if (gap)
            text_put(&title, " ");
        text_put_bytes(&title, at, len);
        characters += 1 + gap;
        gap = false;
        at += len;
    }
    copy = title.failed ? NULL : arena_strdup(arena, title.text ? title.text : "");
    text_buffer_finish(&title);
    return copy;
}

const char *digest_link(const char *public_url, const char *item_key, struct arena *arena)
{
    struct text_buffer link = {0};
    const char *copy;

    text_put_format(&link, "%s/items/", public_url);
    for (const char *at = item_key; *at; at++) {
        bool is_safe = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                       (*at >= '0' && *at <= '9') || strchr("-._~", *at);
        text_put_format(&link, is_safe ? "%c" : "%%%02X", (unsigned char)*at);
    }
    copy = link.failed ? NULL : arena_strdup(arena, link.text);
    text_buffer_finish(&link);
    return copy;
}

const char *digest_answer_link(const struct digest_input *input, const struct digest_line *line,
                               struct arena *arena)
{
    const struct answer_link link = {.unit = input->recipient,
                                     .action = line->action,
                                     .policy = line->policy,
                                     .cycle = line->cycle,
                                     .mail = input->message_id,
                                     .expires_at_s =
                                         input->created_us / 1000000 + LINK_DAYS * INT64_C(86400)};

    if (!input->link_key || line->rung != RUNG_UNIT)
        return digest_link(input->public_url, line->action, arena);
    return answer_link_url(input->link_key, input->public_url, &link, arena);
}
