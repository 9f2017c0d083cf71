/* SPDX-License-Identifier: Apache-2.0 */
#include "csrf.h"

#include "base/bytes.h"
#include "base/log.h"

#include <sodium.h>
#include <string.h>

_Static_assert(crypto_auth_BYTES * 2 + 1 == CSRF_TEXT, "a whole MAC fits");
_Static_assert(crypto_auth_KEYBYTES == LINK_KEY_BYTES, "the key signs both");

void csrf_token(const struct call *call, char text[CSRF_TEXT])
{
    static const char purpose[] = "csrf.";
    uint8_t said[sizeof(purpose) - 1 + HASH_BYTES];
    uint8_t mac[crypto_auth_BYTES];

    text[0] = '\0';
    if (!call->reader.by_session)
        return;
    memcpy(said, purpose, sizeof(purpose) - 1);
    memcpy(said + sizeof(purpose) - 1, call->session_hash, HASH_BYTES);
    crypto_auth(mac, said, sizeof(said), call->app->link_key);
    bytes_to_hex(mac, sizeof(mac), text);
}

bool csrf_check(struct call *call, const char *given)
{
    char expected[CSRF_TEXT];

    csrf_token(call, expected);
    if (!call->reader.by_session || (given && strlen(given) == CSRF_TEXT - 1 &&
                                     sodium_memcmp(given, expected, CSRF_TEXT - 1) == 0))
        return true;
    log_event(LOG_WARN, "form_refused", "code", "CSRF", "principal", call->reader.name, NULL);
    call_problem(call, 403, "CSRF", NULL,
                 "This form is not from a page of this session; open the page again.");
    return false;
}
