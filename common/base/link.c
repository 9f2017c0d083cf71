/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include "bytes.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MAC_HEX = 2 * crypto_auth_BYTES + 1,
    NONCE_HEX = 2 * LINK_NONCE_BYTES + 1,
    PURPOSE_MOST = 20,
};

static bool read_key_line(FILE *file, const char *path, uint8_t key[LINK_KEY_BYTES],
                          struct err *err)
{
    char line[2 * LINK_KEY_BYTES + 2] = "";
    struct stat stat;
    bool good;

    if (fstat(fileno(file), &stat) != 0 || (stat.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return err_set(err, ERR_FATAL, "KEY_FILE_OPEN_TO_OTHERS", path, "run chmod 600 on it");
    good = fgets(line, sizeof(line), file) != NULL;
    line[strcspn(line, "\n")] = '\0';
    good = good && bytes_from_hex(line, key, LINK_KEY_BYTES);
    sodium_memzero(line, sizeof(line));
    if (!good)
        return err_set(err, ERR_FATAL, "KEY_FILE_BAD", path, "expected %d hexadecimal digits",
                       2 * LINK_KEY_BYTES);
    return true;
}

bool link_key_read(const char *path, uint8_t key[LINK_KEY_BYTES], struct err *err)
{
    FILE *file = fopen(path, "re");
    bool done;

    if (!file)
        return err_set(err, ERR_FATAL, "KEY_FILE_UNREADABLE", path,
                       "%s; 'uptake keys bootstrap' makes it", strerror(errno));
    done = read_key_line(file, path, key, err);
    fclose(file);
    return done;
}

void link_sign(const uint8_t key[LINK_KEY_BYTES], const struct link *link, char text[LINK_TEXT])
{
    unsigned char mac[crypto_auth_BYTES];
    char about[2 * LINK_ABOUT];
    char nonce[NONCE_HEX];
    char mac_hex[MAC_HEX];
    int len;

    bytes_to_hex((const uint8_t *)link->about, strlen(link->about), about);
    bytes_to_hex(link->nonce, LINK_NONCE_BYTES, nonce);
    len = snprintf(text, LINK_TEXT, "%.*s.%s.%" PRId64 ".%s", PURPOSE_MOST, link->purpose, about,
                   link->expires_at_s, nonce);
    crypto_auth(mac, (const unsigned char *)text, (unsigned long long)len, key);
    bytes_to_hex(mac, sizeof(mac), mac_hex);
    snprintf(text + len, LINK_TEXT - (size_t)len, ".%s", mac_hex);
}

static bool mac_is_right(const uint8_t key[LINK_KEY_BYTES], const char *text, size_t len,
                         const char *mac_hex)
{
    unsigned char mac[crypto_auth_BYTES];

    return bytes_from_hex(mac_hex, mac, sizeof(mac)) &&
           crypto_auth_verify(mac, (const unsigned char *)text, len, key) == 0;
}

/* What stands before the MAC, which has proved that we wrote it. */
static bool read_fields(const char *text, struct link *link)
{
    const char *about = strchr(text, '.');
    const char *rest = about ? strchr(about + 1, '.') : NULL;
    const size_t digits = rest ? (size_t)(rest - about - 1) : 0;
    char hex[2 * LINK_ABOUT], nonce[NONCE_HEX];

    if (!rest || digits >= sizeof(hex) || strncmp(text, link->purpose, (size_t)(about - text)) ||
        link->purpose[about - text])
        return false;
    memcpy(hex, about + 1, digits);
    hex[digits] = '\0';
    link->about[digits / 2] = '\0';
    return bytes_from_hex(hex, (uint8_t *)link->about, digits / 2) &&
           sscanf(rest, ".%" SCNd64 ".%32[0-9a-f].", &link->expires_at_s, nonce) == 2 &&
           bytes_from_hex(nonce, link->nonce, LINK_NONCE_BYTES);
}

bool link_check(const uint8_t key[LINK_KEY_BYTES], const char *text, int64_t now_s,
                struct link *link, struct err *err)
{
    const char *mac = strrchr(text, '.');

    if (!mac || strlen(text) >= LINK_TEXT ||
        !mac_is_right(key, text, (size_t)(mac - text), mac + 1) || !read_fields(text, link))
        return err_set(err, ERR_REJECT, "TOKEN_INVALID", "token",
                       "this link is not one of ours; ask for a new one");
    if (link->expires_at_s <= now_s)
        return err_set(err, ERR_REJECT, "TOKEN_EXPIRED", "token",
                       "this link is too old; ask for a new one");
    return true;
}
