/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link - signed tokens for links: one purpose, what it is about, expiring, with a nonce.
 *
 * The text is purpose.about.expiry.nonce.mac, "about" as hexadecimal digits; it is made of letters,
 * digits and dots, so it needs no coding in a URL. The MAC (HMAC-SHA512-256) covers all that stands
 * before it, so that only who holds the key makes one and nobody alters one. Where a link may be
 * used once only, whoever stores the nonce sees to it.
 *
 * Threading: any.   Expiry: seconds since 1970.
 */
#ifndef UPTAKE_BASE_LINK_H
#define UPTAKE_BASE_LINK_H

#include "err.h"

#include <stdint.h>

enum {
    LINK_KEY_BYTES = 32,
    LINK_NONCE_BYTES = 16,
    LINK_ABOUT = 640, /* longest text a link is about, with the closing NUL */
    LINK_TEXT = 1440, /* longest token, with the closing NUL */
};

struct link {
    const char *purpose; /* letters only, e.g. "signin" */
    char about[LINK_ABOUT];
    int64_t expires_at_s;
    uint8_t nonce[LINK_NONCE_BYTES];
};

/* 32 bytes as hexadecimal text. Refuses a file that others may read (KEY_FILE_OPEN_TO_OTHERS). */
MUST_CHECK bool link_key_read(const char *path, uint8_t key[LINK_KEY_BYTES], struct err *err);

void link_sign(const uint8_t key[LINK_KEY_BYTES], const struct link *link, char text[LINK_TEXT]);
/* link->purpose says which purpose is wanted; the rest is filled. ERR_REJECT TOKEN_INVALID
 * (altered, another key or purpose: no detail) or TOKEN_EXPIRED. */
MUST_CHECK bool link_check(const uint8_t key[LINK_KEY_BYTES], const char *text, int64_t now_s,
                           struct link *link, struct err *err);

#endif
