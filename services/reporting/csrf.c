/* SPDX-License-Identifier: Apache-2.0 */
#include "csrf.h"

#include "base/bytes.h"
#include "base/log.h"

#include <sodium.h>
#include <string.h>

_Static_assert(crypto_auth_BYTES * 2 + 1 == CSRF_TEXT, "a whole MAC fits");
_Static_assert(crypto_auth_KEYBYTES == LINK_KEY_BYTES, "the key signs both");

void csrf_of(const struct call *call, const void *what, size_t len, char text[CSRF_TEXT])
{
    static const char purpose[] = "csrf.";
    uint8_t mac[crypto_auth_BYTES];
    crypto_auth_hmacsha512256_state state;

    crypto_auth_hmacsha512256_init(&state, call->app->link_key, LINK_KEY_BYTES);
    crypto_auth_hmacsha512256_update(&state, (const uint8_t *)purpose, sizeof(purpose) - 1);
    crypto_auth_hmacsha512256_update(&state, what, len);
    crypto_auth_hmacsha512256_final(&state, mac);
    bytes_to_hex(mac, sizeof(mac), text);
}

void csrf_token(const struct call *call, char text[CSRF_TEXT])
{
    text[0] = '\0';
    if (call->reader.by_session)
        csrf_of(call, call->session_hash, HASH_BYTES, text);
}

bool csrf_matches(struct call *call, const char *expected, const char *given)
{
    if (strlen(given) == CSRF_TEXT - 1 && strlen(expected) == CSRF_TEXT - 1 &&
        sodium_memcmp(given, expected, CSRF_TEXT - 1) == 0)
        return true;
    log_event(LOG_WARN, "form_refused", "code", "CSRF", NULL);
    call_problem(call, 403, "CSRF", NULL,
                 "This form is not from a page that was opened here; open the page again.");
    return false;
}

bool csrf_check(struct call *call, const char *given)
{
    char expected[CSRF_TEXT];

    csrf_token(call, expected);
    return !call->reader.by_session || csrf_matches(call, expected, given);
}
