/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes - SHA-256, hexadecimal text and random bytes.
 *
 * libsodium does the work: it is the library that CURVE stands on, so one implementation serves
 * keys, tokens and entry hashes. Call bytes_init once before any other function.
 *
 * Threading: any, after bytes_init.
 */
#ifndef UPTAKE_BASE_BYTES_H
#define UPTAKE_BASE_BYTES_H

#include "err.h"

#include <stdint.h>

enum {
    SHA256_BYTES = 32,
    SHA256_HEX = 2 * SHA256_BYTES + 1, /* with the closing NUL */
};

MUST_CHECK bool bytes_init(struct err *err);

void sha256(const void *bytes, size_t len, uint8_t out[SHA256_BYTES]);

/* hex must hold 2 * len + 1 characters; lower case. */
void bytes_to_hex(const uint8_t *bytes, size_t len, char *hex);
/* Exactly 2 * len hexadecimal digits, nothing else. */
MUST_CHECK bool bytes_from_hex(const char *hex, uint8_t *bytes, size_t len);

void bytes_random(void *out, size_t len);

#endif
