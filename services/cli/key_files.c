/* SPDX-License-Identifier: Apache-2.0 */
#include "key_files.h"

#include "base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_BYTES = 4096,
    SECRET_BYTES = 32,
    SECRET_HEX = TOKEN_TEXT,
};

static bool join(const char *folder, const char *name, char path[PATH_BYTES], struct err *err)
{
    int len = snprintf(path, PATH_BYTES, "%s/%s", folder, name);

    return len < PATH_BYTES ||
           err_set(err, ERR_REJECT, "PATH_TOO_LONG", name, "choose a shorter folder for the keys");
}

static bool make_folder(const char *folder, struct err *err)
{
    struct stat info;

    if (mkdir(folder, 0700) == 0)
        return true;
    if (errno == EEXIST && stat(folder, &info) == 0 && S_ISDIR(info.st_mode))
        return true;
    return err_set(err, ERR_FATAL, "KEY_FOLDER_NOT_MADE", folder,
                   "%s; name a folder in a place "
                   "this account may write",
                   strerror(errno));
}

/* The pair in the file; a new one where there is no file. */
static bool key_pair(const char *path, struct bus_key *key, int *made, struct err *err)
{
    if (access(path, F_OK) == 0)
        return bus_key_read(path, key, err);
    *key = (struct bus_key){0};
    if (!bus_key_generate(key, err) || !bus_key_write(path, key, err))
        return false;
    (*made)++;
    return true;
}

static bool own_pair(const char *folder, const char *name, char public_key[BUS_KEY_TEXT], int *made,
                     struct err *err)
{
    struct bus_key key;
    char path[PATH_BYTES];
    bool good = join(folder, name, path, err) && key_pair(path, &key, made, err);

    if (good)
        memcpy(public_key, key.public_key, BUS_KEY_TEXT);
    sodium_memzero(&key, sizeof(key));
    return good;
}

bool key_file_pair(const char *folder, const char *path, char public_key[BUS_KEY_TEXT],
                   struct err *err)
{
    struct bus_key key;
    int made = 0;
    bool good = make_folder(folder, err) && key_pair(path, &key, &made, err);

    if (good)
        memcpy(public_key, key.public_key, BUS_KEY_TEXT);
    sodium_memzero(&key, sizeof(key));
    return good;
}

static bool public_half(const char *folder, const char *name, const char public_key[BUS_KEY_TEXT],
                        int *made, struct err *err)
{
    struct bus_key key = {0};
    char present[BUS_KEY_TEXT];
    char path[PATH_BYTES];

    if (!join(folder, name, path, err))
        return false;
    if (access(path, F_OK) == 0) {
        if (!bus_key_read_public(path, present, err))
            return false;
        return strcmp(present, public_key) == 0 ||
               err_set(err, ERR_FATAL, "KEY_FILE_MISMATCH", path,
                       "it is not the public half of ingest.key; move it away and repeat");
    }
    memcpy(key.public_key, public_key, BUS_KEY_TEXT);
    if (!bus_key_write(path, &key, err))
        return false;
    (*made)++;
    return true;
}

static bool write_secret(const char *path, const char hex[SECRET_HEX], struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, hex, SECRET_HEX - 1) == SECRET_HEX - 1 &&
                write(fd, "\n", 1) == 1 && fsync(fd) == 0;
    int reason = errno;

    if (fd >= 0)
        close(fd);
    if (good)
        return true;
    if (fd >= 0)
        unlink(path);
    return err_set(err, ERR_FATAL, "KEY_FILE_NOT_WRITTEN", path, "%s", strerror(reason));
}

static bool read_secret(const char *path, char hex[SECRET_HEX], struct err *err)
{
    uint8_t bytes[SECRET_BYTES];
    struct stat info;
    FILE *file = fopen(path, "re");
    bool good;

    if (!file)
        return err_set(err, ERR_FATAL, "KEY_FILE_UNREADABLE", path, "%s", strerror(errno));
    good = fstat(fileno(file), &info) == 0 && (info.st_mode & 077) == 0;
    if (!good)
        err_set(err, ERR_FATAL, "KEY_FILE_OPEN_TO_OTHERS", path,
                "other accounts may read this secret; chmod 600 it");
    else if (!fgets(hex, SECRET_HEX, file) || strlen(hex) != SECRET_HEX - 1 ||
             !bytes_from_hex(hex, bytes, SECRET_BYTES))
        good =
            err_set(err, ERR_FATAL, "KEY_FILE_MALFORMED", path, "expected 64 hexadecimal digits");
    fclose(file);
    sodium_memzero(bytes, sizeof(bytes));
    return good;
}

/* The secret in the file; a new one where there is no file. */
static bool secret(const char *folder, const char *name, char hex[SECRET_HEX], int *made,
                   struct err *err)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    char path[PATH_BYTES];

    if (!join(folder, name, path, err))
        return false;
    if (access(path, F_OK) == 0)
        return read_secret(path, hex, err);
    token_make(hex, hash);
    if (!write_secret(path, hex, err))
        return false;
    (*made)++;
    return true;
}

static void hash_token(const char secret[SECRET_HEX], uint8_t hash[TOKEN_HASH_BYTES])
{
    crypto_generichash(hash, TOKEN_HASH_BYTES, (const unsigned char *)secret, SECRET_HEX - 1, NULL,
                       0);
}

void token_make(char secret_text[TOKEN_TEXT], uint8_t hash[TOKEN_HASH_BYTES])
{
    uint8_t bytes[SECRET_BYTES];

    bytes_random(bytes, sizeof(bytes));
    bytes_to_hex(bytes, sizeof(bytes), secret_text);
    sodium_memzero(bytes, sizeof(bytes));
    hash_token(secret_text, hash);
}

bool token_file_hash(const char *path, uint8_t hash[TOKEN_HASH_BYTES], struct err *err)
{
    char hex[SECRET_HEX];
    bool good = read_secret(path, hex, err);

    if (good)
        hash_token(hex, hash);
    sodium_memzero(hex, sizeof(hex));
    return good;
}

bool key_files_make(const char *folder, struct key_files *files, struct err *err)
{
    char hex[SECRET_HEX];
    bool good;

    *files = (struct key_files){0};
    good = make_folder(folder, err) &&
           own_pair(folder, "ingest.key", files->ingest, &files->made, err) &&
           public_half(folder, "ingest.public", files->ingest, &files->made, err) &&
           own_pair(folder, "workflow.key", files->workflow, &files->made, err) &&
           own_pair(folder, "reporting.key", files->reporting, &files->made, err) &&
           public_half(folder, "reporting.public", files->reporting, &files->made, err) &&
           own_pair(folder, "cli.key", files->cli, &files->made, err) &&
           secret(folder, "token.key", hex, &files->made, err) &&
           secret(folder, "cli.token", hex, &files->made, err);
    if (good)
        hash_token(hex, files->token_hash);
    sodium_memzero(hex, sizeof(hex));
    return good;
}
