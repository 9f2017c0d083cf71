/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"

#include <sodium.h>
#include <string.h>

bool bytes_init(struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_FATAL, "RANDOM_UNAVAILABLE", "libsodium",
                       "no source of random bytes; check /dev/urandom");
    return true;
}

void sha256(const void *bytes, size_t len, uint8_t out[SHA256_BYTES])
{
    crypto_hash_sha256(out, bytes, len);
}

void bytes_to_hex(const uint8_t *bytes, size_t len, char *hex)
{
    sodium_bin2hex(hex, 2 * len + 1, bytes, len);
}

bool bytes_from_hex(const char *hex, uint8_t *bytes, size_t len)
{
    size_t got = 0;

    return strlen(hex) == 2 * len &&
           sodium_hex2bin(bytes, len, hex, 2 * len, NULL, &got, NULL) == 0 && got == len;
}

void bytes_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}
