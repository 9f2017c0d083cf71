/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key_files - the secrets of one register, as files in one folder.
 *
 * Made where missing, never overwritten; mode 0600, the folder 0700. Key pairs of the services and
 * of this program, the public halves of ingest for senders and of reporting for followers, the
 * operator's bearer token, and the key that signs links.
 */
#ifndef UPTAKE_CLI_KEY_FILES_H
#define UPTAKE_CLI_KEY_FILES_H

#include "base/err.h"
#include "bus/bus.h"

#include <stdint.h>

enum { TOKEN_HASH_BYTES = 32 };

/* What the register must know of them: nothing secret. */
struct key_files {
    char ingest[BUS_KEY_TEXT]; /* public keys */
    char workflow[BUS_KEY_TEXT];
    char reporting[BUS_KEY_TEXT];
    char cli[BUS_KEY_TEXT];
    uint8_t token_hash[TOKEN_HASH_BYTES]; /* BLAKE2b-256 of the token's text */
    int made;                             /* files */
};

/* The public half of the pair in the file, which is made, and its folder, where it is missing. */
MUST_CHECK bool key_file_pair(const char *folder, const char *path, char public_key[BUS_KEY_TEXT],
                              struct err *err);

/* A new secret (hexadecimal digits; wipe it) and its hash. */
enum { TOKEN_TEXT = 65 };
void token_make(char secret[TOKEN_TEXT], uint8_t hash[TOKEN_HASH_BYTES]);
/* The hash of the secret in a file. */
MUST_CHECK bool token_file_hash(const char *path, uint8_t hash[TOKEN_HASH_BYTES], struct err *err);

MUST_CHECK bool key_files_make(const char *folder, struct key_files *files, struct err *err);

#endif
