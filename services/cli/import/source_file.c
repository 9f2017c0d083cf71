/* SPDX-License-Identifier: Apache-2.0 */
#include "import/source_file.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_BYTES_MAX = 100 };

static bool check_kind(const char *path, const struct stat *info, struct err *err)
{
    if (S_ISDIR(info->st_mode))
        return err_set(err, ERR_REJECT, "FILE_IS_DIRECTORY", path,
                       "this is a directory; name the files in it");
    if (!S_ISREG(info->st_mode))
        return err_set(err, ERR_REJECT, "FILE_NOT_REGULAR", path,
                       "not a regular file; save the document to a file first");
    if (info->st_size == 0)
        return err_set(err, ERR_REJECT, "FILE_EMPTY", path,
                       "the file is empty; save or download it again");
    if (info->st_size > SOURCE_FILE_MAX)
        return err_set(err, ERR_REJECT, "FILE_TOO_LARGE", path,
                       "%lld bytes, limit %d; give the management response alone",
                       (long long)info->st_size, (int)SOURCE_FILE_MAX);
    return true;
}

/* At most so many bytes, also of a file that grows while it is read. */
static char *read_all(int fd, size_t expected, struct arena *arena, size_t *len)
{
    char *bytes = arena_alloc(arena, expected + 1);

    *len = 0;
    while (bytes && *len < expected) {
        ssize_t got = read(fd, bytes + *len, expected - *len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return NULL;
        if (got == 0)
            break;
        *len += (size_t)got;
    }
    if (bytes)
        bytes[*len] = '\0';
    return bytes;
}

/* What is no text whatever its name says. */
static bool check_type(const char *path, const char *bytes, size_t len, struct err *err)
{
    static const struct {
        const char *begins;
        const char *what;
    } types[] = {
        {"%PDF-", "a PDF"},
        {"PK\x03\x04", "an archive or an Office document"},
        {"\xD0\xCF\x11\xE0", "an Office document"},
        {"{\\rtf", "an RTF document"},
        {"\x1F\x8B", "a compressed file"},
        {"\x89PNG", "a picture"},
        {"\xFF\xD8\xFF", "a picture"},
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        size_t n = strlen(types[i].begins);
        if (len >= n && memcmp(bytes, types[i].begins, n) == 0)
            return err_set(err, ERR_REJECT, "FILE_TYPE_MISMATCH", path,
                           "this is %s; save its text as UTF-8 and import that", types[i].what);
    }
    return true;
}

static bool check_encoding(const char *path, const char *bytes, size_t len, struct err *err)
{
    bool marked =
        len >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0);
    bool zeros = len >= 4 && ((bytes[1] == 0 && bytes[3] == 0) || (bytes[0] == 0 && bytes[2] == 0));

    if (marked || zeros)
        return err_set(err, ERR_REJECT, "FILE_ENCODING", path,
                       "the text is UTF-16; save it as UTF-8");
    return true;
}

/* CR LF and lone CR become LF; the mark that some editors put in front goes. */
static size_t unify_line_ends(char *text, size_t len)
{
    size_t from = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    size_t to = 0;

    for (; from < len; from++) {
        if (text[from] == '\r' && from + 1 < len && text[from + 1] == '\n')
            continue;
        text[to++] = text[from] == '\r' || text[from] == '\f' ? '\n' : text[from];
    }
    text[to] = '\0';
    return to;
}

static bool read_text(int fd, size_t expected, struct arena *arena, struct source_file *file,
                      struct err *err)
{
    size_t len;
    char *text = read_all(fd, expected, arena, &len);

    if (!text)
        return err_set(err, ERR_RETRY, "FILE_UNREADABLE", file->path, "cannot read: %s",
                       strerror(errno));
    if (len == 0)
        return err_set(err, ERR_REJECT, "FILE_EMPTY", file->path,
                       "nothing was read; save or download it again");
    if (len > SOURCE_FILE_MAX)
        return err_set(err, ERR_REJECT, "FILE_TOO_LARGE", file->path,
                       "over %d bytes; send it in parts", (int)SOURCE_FILE_MAX);
    sha256(text, len, file->sha256);
    if (!check_type(file->path, text, len, err) || !check_encoding(file->path, text, len, err))
        return false;
    file->len = unify_line_ends(text, len);
    file->text = text;
    return text_check(text, file->len, file->path, err);
}

/* A wrong path or right is the caller's to mend; anything else may pass. */
static bool refuse_open(const char *path, struct err *err)
{
    bool missing = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG;
    bool wrong = missing || errno == EACCES || errno == EPERM || errno == ELOOP;

    return err_set(err, wrong ? ERR_REJECT : ERR_RETRY,
                   missing ? "FILE_MISSING" : "FILE_UNREADABLE", path,
                   "cannot open: %s; check the path and its permissions", strerror(errno));
}

bool source_file_read(const char *path, struct arena *arena, struct source_file *file,
                      struct err *err)
{
    const char *slash = strrchr(path, '/');
    struct stat info;
    bool good;
    int fd;

    *file = (struct source_file){.path = path, .name = slash && slash[1] ? slash + 1 : path};
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return refuse_open(path, err);
    if (fstat(fd, &info) != 0)
        good = err_set(err, ERR_RETRY, "FILE_UNREADABLE", path, "cannot look at it: %s",
                       strerror(errno));
    else
        good =
            check_kind(path, &info, err) && read_text(fd, (size_t)info.st_size, arena, file, err);
    close(fd);
    return good;
}

char *source_file_key(const struct source_file *file, struct arena *arena)
{
    const char *dot = strrchr(file->name, '.');
    size_t len = dot && dot != file->name ? (size_t)(dot - file->name) : strlen(file->name);
    char *key = arena_alloc(arena, len + 1);
    size_t at = 0;

    for (size_t i = 0; key && i < len && at < KEY_BYTES_MAX; i++) {
        unsigned char c = (unsigned char)file->name[i];
        if (c < 0x80 && isalnum(c))
            key[at++] = (char)tolower(c);
        else if (at && key[at - 1] != '-')
            key[at++] = '-';
    }
    while (key && at && key[at - 1] == '-')
        at--;
    if (!key || at == 0)
        return NULL;
    key[at] = '\0';
    return key;
}
