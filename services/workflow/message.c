/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include "base/text.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    LINE_MOST = 76,
    HEADER_MOST = 78,
    BASE64_BYTES = LINE_MOST / 4 * 3, /* of a line */
    BOUNDARY_TEXT = 48,
};

/* Folded before spaces where the line gets long (RFC 5322, 2.2.3). */
static void put_header(struct text_buffer *out, const char *name, const char *value)
{
    size_t line = strlen(name) + 2;

    text_put_format(out, "%s: ", name);
    for (const char *at = value; *at;) {
        size_t word = 1 + strcspn(at + 1, " ");
        if (*at == ' ' && at[1] != ' ' && at > value && at[-1] != ' ' &&
            line + word > HEADER_MOST) {
            text_put(out, "\r\n");
            line = 0;
        }
        text_put_bytes(out, at, word);
        line += word;
        at += word;
    }
    text_put(out, "\r\n");
}

/* Quoted-printable (RFC 2045, 6.7). A line of the text stays a line. */
static void put_quoted(struct text_buffer *out, const char *text)
{
    size_t line = 0;

    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;
        bool is_last = at[1] == '\n' || !at[1];
        bool is_plain = (c > ' ' && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !is_last);

        if (c == '\n') {
            text_put(out, "\r\n");
            line = 0;
            continue;
        }
        if (line + (is_plain ? 1 : 3) >= LINE_MOST) {
            text_put(out, "=\r\n");
            line = 0;
        }
        if (is_plain)
            text_put_bytes(out, at, 1);
        else
            text_put_format(out, "=%02X", c);
        line += is_plain ? 1 : 3;
    }
    if (line > 0)
        text_put(out, "\r\n");
}

static void put_base64(struct text_buffer *out, const char *text)
{
    for (size_t len = strlen(text), n; len > 0; text += n, len -= n) {
        char line[LINE_MOST + 1];

        n = len < BASE64_BYTES ? len : BASE64_BYTES;
        sodium_bin2base64(line, sizeof(line), (const unsigned char *)text, n,
                          sodium_base64_VARIANT_ORIGINAL);
        text_put_format(out, "%s\r\n", line);
    }
}

/* "=_" stands in neither encoding, so no part can contain the line. */
static void make_boundary(const char *message_id, char which, char boundary[BOUNDARY_TEXT])
{
    int len = snprintf(boundary, BOUNDARY_TEXT, "=_%c_", which);

    for (const char *at = message_id; *at && *at != '@' && len < BOUNDARY_TEXT - 1; at++)
        if (isalnum((unsigned char)*at))
            boundary[len++] = *at;
    boundary[len] = '\0';
}

static void put_part(struct text_buffer *out, const char *boundary, const char *type,
                     const char *encoding)
{
    text_put_format(out, "--%s\r\nContent-Type: %s\r\n", boundary, type);
    if (encoding)
        text_put_format(out, "Content-Transfer-Encoding: %s\r\n", encoding);
}

static void put_body(struct text_buffer *out, const struct digest *digest, const char *message_id)
{
    char mixed[BOUNDARY_TEXT], alternative[BOUNDARY_TEXT];

    make_boundary(message_id, 'm', mixed);
    make_boundary(message_id, 'a', alternative);
    text_put_format(out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n", mixed);
    text_put_format(out, "--%s\r\nContent-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
                    mixed, alternative);
    put_part(out, alternative, "text/plain; charset=utf-8", "quoted-printable");
    text_put(out, "\r\n");
    put_quoted(out, digest->text);
    put_part(out, alternative, "text/html; charset=utf-8", "quoted-printable");
    text_put(out, "\r\n");
    put_quoted(out, digest->html);
    text_put_format(out, "--%s--\r\n", alternative);
    if (digest->calendar[0]) {
        put_part(out, mixed,
                 "text/calendar; charset=utf-8; method=PUBLISH;\r\n name=\"uptake.ics\"", "base64");
        text_put(out, "Content-Disposition: attachment; filename=\"uptake.ics\"\r\n\r\n");
        put_base64(out, digest->calendar);
    }
    text_put_format(out, "--%s--\r\n", mixed);
}

bool message_compose(const struct digest *digest, const char *from, const char *to,
                     const char *message_id, struct arena *arena, struct message *out,
                     struct err *err)
{
    struct text_buffer text = {0};

    put_header(&text, "Date", digest->date);
    put_header(&text, "From", from);
    put_header(&text, "To", to);
    put_header(&text, "Subject", digest->subject);
    put_header(&text, "Message-ID", message_id);
    put_header(&text, "Auto-Submitted", "auto-generated");
    put_header(&text, "Content-Language", digest->language);
    put_header(&text, "MIME-Version", "1.0");
    put_body(&text, digest, message_id);
    out->len = text.len;
    out->bytes = text.failed ? NULL : arena_memdup(arena, text.text, text.len);
    text_buffer_finish(&text);
    if (!out->bytes)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "message", "cannot allocate");
    sha256(out->bytes, out->len, out->sha256);
    return true;
}
