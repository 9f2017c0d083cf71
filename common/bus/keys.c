/* SPDX-License-Identifier: Apache-2.0 */
/* CURVE key files. */
#include "bus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

bool bus_key_generate(struct bus_key *key, struct err *err)
{
    if (zmq_curve_keypair(key->public_key, key->secret_key) != 0)
        return err_set(err, ERR_FATAL, "CURVE_UNAVAILABLE", "libzmq",
                       "libzmq was built without CURVE");
    return true;
}

bool bus_key_write(const char *path, const struct bus_key *key, struct err *err)
{
    char text[2 * BUS_KEY_TEXT + 32];
    int len = key->secret_key[0] ? snprintf(text, sizeof(text), "public %s\nsecret %s\n",
                                            key->public_key, key->secret_key)
                                 : snprintf(text, sizeof(text), "public %s\n", key->public_key);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, key->secret_key[0] ? 0600 : 0644);
    bool written;

    if (fd < 0)
        return err_set(err, ERR_FATAL, "KEY_FILE_NOT_WRITTEN", path, "%s", strerror(errno));
    written = write(fd, text, (size_t)len) == len && fsync(fd) == 0;
    close(fd);
    explicit_bzero(text, sizeof(text));
    if (!written) {
        unlink(path);
        return err_set(err, ERR_FATAL, "KEY_FILE_NOT_WRITTEN", path, "%s; free space and repeat",
                       strerror(errno));
    }
    return true;
}

static bool read_key_line(FILE *file, const char *word, char key[BUS_KEY_TEXT])
{
    char line[128];
    size_t skip = strlen(word);
    bool good = fgets(line, sizeof(line), file) && strncmp(line, word, skip) == 0 &&
                line[skip] == ' ' && strcspn(line + skip + 1, "\r\n") == BUS_KEY_TEXT - 1;

    if (good) {
        memcpy(key, line + skip + 1, BUS_KEY_TEXT - 1);
        key[BUS_KEY_TEXT - 1] = '\0';
    }
    explicit_bzero(line, sizeof(line));
    return good;
}

static bool read_file(const char *path, bool with_secret, struct bus_key *key, struct err *err)
{
    FILE *file = fopen(path, "re");
    struct stat info;
    bool good;

    if (!file)
        return err_set(err, ERR_FATAL, "KEY_FILE_MISSING", path,
                       "%s; `uptake keys bootstrap` makes one", strerror(errno));
    if (with_secret && (fstat(fileno(file), &info) != 0 || (info.st_mode & 077) != 0)) {
        fclose(file);
        return err_set(err, ERR_FATAL, "KEY_FILE_OPEN_TO_OTHERS", path,
                       "other accounts may read this secret; chmod 600 it");
    }
    *key = (struct bus_key){0};
    good = read_key_line(file, "public", key->public_key) &&
           (!with_secret || read_key_line(file, "secret", key->secret_key));
    fclose(file);
    if (!good)
        return err_set(err, ERR_FATAL, "KEY_FILE_MALFORMED", path,
                       "expected a line \"public KEY\"%s of 40 characters",
                       with_secret ? " and a line \"secret KEY\"" : "");
    return true;
}

bool bus_key_read(const char *path, struct bus_key *key, struct err *err)
{
    return read_file(path, true, key, err);
}

bool bus_key_read_public(const char *path, char public_key[BUS_KEY_TEXT], struct err *err)
{
    struct bus_key key;

    if (!read_file(path, false, &key, err))
        return false;
    memcpy(public_key, key.public_key, BUS_KEY_TEXT);
    return true;
}
