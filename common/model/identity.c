/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include "base/bytes.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static void hash_texts(const char *const *texts, int n, uint8_t out[SHA256_BYTES])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    for (int i = 0; i < n; i++) {
        size_t len = strlen(texts[i]);
        const uint8_t length[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                                   (uint8_t)len};
        crypto_hash_sha256_update(&state, length, sizeof(length));
        crypto_hash_sha256_update(&state, (const uint8_t *)texts[i], len);
    }
    crypto_hash_sha256_final(&state, out);
}

static void hash_as_hex(const char *const *texts, int n, char hex[2 * IDENTITY_ID_BYTES + 1])
{
    uint8_t hash[SHA256_BYTES];

    hash_texts(texts, n, hash);
    bytes_to_hex(hash, IDENTITY_ID_BYTES, hex);
}

void identity_message_id(const char *recipient, struct date digest_on, const char *epoch,
                         const char *domain, char out[IDENTITY_TEXT])
{
    char day[DATE_TEXT], hex[2 * IDENTITY_ID_BYTES + 1];
    const char *const texts[] = {"digest", recipient, day, epoch};

    date_format(digest_on, day);
    hash_as_hex(texts, 4, hex);
    snprintf(out, IDENTITY_TEXT, "<%s@%.200s>", hex, domain);
}

void identity_event_uid(const struct identity_obligation *obligation, const char *domain,
                        char out[IDENTITY_TEXT])
{
    char cycle[16], hex[2 * IDENTITY_ID_BYTES + 1];
    const char *const texts[] = {"event", obligation->policy, obligation->action, cycle,
                                 obligation->recipient};

    snprintf(cycle, sizeof(cycle), "%d", obligation->cycle);
    hash_as_hex(texts, 5, hex);
    snprintf(out, IDENTITY_TEXT, "%s@%.200s", hex, domain);
}

void identity_reminder(const struct identity_obligation *obligation, uint8_t out[IDENTITY_ID_BYTES])
{
    char cycle[16], step[16];
    uint8_t hash[SHA256_BYTES];
    const char *const texts[] = {"reminder", obligation->policy,   obligation->action, cycle,
                                 step,       obligation->recipient};

    snprintf(cycle, sizeof(cycle), "%d", obligation->cycle);
    snprintf(step, sizeof(step), "%d", obligation->step);
    hash_texts(texts, 6, hash);
    memcpy(out, hash, IDENTITY_ID_BYTES);
}

const char *identity_domain(const char *address)
{
    const char *at = strrchr(address, '@');

    return at && at[1] ? at + 1 : "localhost";
}
