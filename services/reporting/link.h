/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link - signed tokens for links: one purpose, one principal, expiring, with a nonce for single
 * use.
 *
 * The text is purpose.principal.expiry.nonce.mac; it is made of letters, digits and dots, so it
 * needs no coding in a URL. The MAC (HMAC-SHA512-256) covers all that stands before it. Single use
 * is enforced by whoever stores the nonce.
 *
 * Threading: any.   Expiry: seconds since 1970.
 */
#ifndef UPTAKE_REPORTING_LINK_H
#define UPTAKE_REPORTING_LINK_H

#include "base/err.h"

#include <stdint.h>

enum {
    LINK_KEY_BYTES = 32,
    LINK_NONCE_BYTES = 16,
    LINK_TEXT = 192, /* longest text with the closing NUL */
};

struct link {
    const char *purpose; /* letters only, e.g. "signin" */
    int64_t principal_id;
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
