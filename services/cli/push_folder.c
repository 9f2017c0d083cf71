/* SPDX-License-Identifier: Apache-2.0 */
#include "push_folder.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    TARGET_BYTES = PUSH_PATH_BYTES + NAME_MAX + 64,
    SAME_NAME_MAX = 100000,
    STILL_WRITTEN_S = 2
};

static const char ending[] = ".jsonl";
static const char taking[] = ".taking";

static bool unusable(const char *path, struct err *err)
{
    return err_set(err, ERR_FATAL, "FOLDER_UNUSABLE", path, "%s; check its permissions",
                   strerror(errno));
}

static bool make_folder(const struct push_folder *folder, const char *name, struct err *err)
{
    char path[PUSH_PATH_BYTES];

    return push_folder_join(folder, name, path, err) &&
           (mkdir(path, 0770) == 0 || errno == EEXIST || unusable(path, err));
}

bool push_folder_join(const struct push_folder *folder, const char *name,
                      char path[PUSH_PATH_BYTES], struct err *err)
{
    const int n = snprintf(path, PUSH_PATH_BYTES, "%s/%s", folder->path, name);

    return (n > 0 && n < PUSH_PATH_BYTES) ||
           err_set(err, ERR_REJECT, "FOLDER_UNUSABLE", name, "the path is too long");
}

bool push_folder_open(struct push_folder *folder, const char *path, struct err *err)
{
    struct stat info;

    *folder = (struct push_folder){.n = 0};
    if (strlen(path) >= sizeof(folder->path))
        return err_set(err, ERR_REJECT, "FOLDER_UNUSABLE", "--follow", "the path is too long");
    strcpy(folder->path, path);
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return err_set(err, ERR_REJECT, "FOLDER_MISSING", path,
                       "there is no such folder; make it first");
    return make_folder(folder, "done", err) && make_folder(folder, "bad", err) &&
           make_folder(folder, taking, err);
}

static void forget_names(struct push_folder *folder)
{
    for (int i = 0; i < folder->n; i++)
        free(folder->names[i]);
    free(folder->names);
    folder->names = NULL;
    folder->n = folder->at = 0;
}

void push_folder_close(struct push_folder *folder)
{
    forget_names(folder);
}

/* Looking -------------------------------------------------------------------------------------- */

bool push_folder_takes(const char *name)
{
    const size_t len = strlen(name);

    return name[0] != '.' && len > strlen(ending) &&
           strcmp(name + len - strlen(ending), ending) == 0;
}

static int takes_part(const struct dirent *entry)
{
    return push_folder_takes(entry->d_name);
}

static bool ends_with_line_break(const char *path)
{
    FILE *file = fopen(path, "re");
    bool ends = file && fseek(file, -1, SEEK_END) == 0 && getc(file) == '\n';

    if (file)
        fclose(file);
    return ends;
}

static bool is_ready(const char *path, long long *size)
{
    struct timespec now;
    struct stat info;

    if (lstat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    *size = (long long)info.st_size;
    clock_gettime(CLOCK_REALTIME, &now);
    return ends_with_line_break(path) || now.tv_sec - info.st_mtim.tv_sec > STILL_WRITTEN_S ||
           info.st_mtim.tv_sec > now.tv_sec;
}

void push_folder_again(struct push_folder *folder)
{
    forget_names(folder);
}

static void list_names(struct push_folder *folder, const char *path, bool is_taking)
{
    forget_names(folder);
    folder->is_taking = is_taking;
    folder->n = scandir(path, &folder->names, takes_part, alphasort);
    if (folder->n < 0)
        folder->n = 0; /* looks again with the next event */
}

/* Under its own name somebody may lay the next file over it while it is read. */
static bool claim(const struct push_folder *folder, struct push_file *file)
{
    char path[sizeof(file->path)];

    snprintf(path, sizeof(path), "%s/%s", folder->path, file->name);
    snprintf(file->path, sizeof(file->path), "%s/%s/%s", folder->path, taking, file->name);
    if (folder->is_taking)
        return is_ready(file->path, &file->size) || file->size > 0;
    return is_ready(path, &file->size) && rename(path, file->path) == 0;
}

static bool next_listed(struct push_folder *folder, struct push_file *file)
{
    while (folder->at < folder->n) {
        file->size = 0;
        snprintf(file->name, sizeof(file->name), "%s", folder->names[folder->at++]->d_name);
        memcpy(file->shown, file->name, sizeof(file->shown));
        text_mend(file->shown);
        if (claim(folder, file))
            return true;
    }
    return false;
}

/* What was being taken when this was last ended, or could not be taken then, comes first. */
bool push_folder_next(struct push_folder *folder, struct push_file *file)
{
    char path[PUSH_PATH_BYTES + sizeof(taking) + 1];

    if (next_listed(folder, file))
        return true;
    snprintf(path, sizeof(path), "%s/%s", folder->path, taking);
    list_names(folder, path, true);
    if (next_listed(folder, file))
        return true;
    list_names(folder, folder->path, false);
    return next_listed(folder, file);
}

/* Moving --------------------------------------------------------------------------------------- */

static bool sync_folder(const char *path, struct err *err)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = fd >= 0 && fsync(fd) == 0;

    if (!good)
        unusable(path, err);
    if (fd >= 0)
        close(fd);
    return good;
}

/* A path in the subfolder that nothing has yet: NAME.jsonl, NAME.2.jsonl, ... One process follows a
 * folder, so it stays free. */
static bool choose_target(const struct push_folder *folder, const char *subfolder, const char *name,
                          char target[TARGET_BYTES], struct err *err)
{
    const int stem = (int)(strlen(name) - strlen(ending));

    snprintf(target, TARGET_BYTES, "%s/%s/%s", folder->path, subfolder, name);
    for (int i = 2; access(target, F_OK) == 0; i++) {
        if (i > SAME_NAME_MAX)
            return err_set(err, ERR_FATAL, "FOLDER_UNUSABLE", subfolder,
                           "too many files of the same name; clear it");
        snprintf(target, TARGET_BYTES, "%s/%s/%.*s.%d%s", folder->path, subfolder, stem, name, i,
                 ending);
    }
    return true;
}

static bool move_to(const struct push_folder *folder, const struct push_file *file,
                    const char *subfolder, const char *target, struct err *err)
{
    char path[PUSH_PATH_BYTES];

    if (rename(file->path, target) != 0)
        return unusable(target, err);
    return push_folder_join(folder, subfolder, path, err) && sync_folder(path, err) &&
           sync_folder(folder->path, err);
}

bool push_folder_done(const struct push_folder *folder, const struct push_file *file,
                      struct err *err)
{
    char target[TARGET_BYTES];

    return choose_target(folder, "done", file->name, target, err) &&
           move_to(folder, file, "done", target, err);
}

static bool write_whole(const char *path, json_t *json, struct err *err)
{
    char temporary[TARGET_BYTES + 32];
    FILE *file;
    bool good;

    snprintf(temporary, sizeof(temporary), "%s.new", path);
    file = fopen(temporary, "we");
    if (!file)
        return unusable(temporary, err);
    good = json_dumpf(json, file, JSON_INDENT(2)) == 0 && fputc('\n', file) != EOF &&
           fflush(file) == 0 && fsync(fileno(file)) == 0;
    good = (fclose(file) == 0) && good;
    return (good && rename(temporary, path) == 0) || unusable(temporary, err);
}

bool push_folder_bad(const struct push_folder *folder, const struct push_file *file, long long line,
                     const struct err *why, struct err *err)
{
    char target[TARGET_BYTES];
    char beside[TARGET_BYTES + 16];
    json_t *json;
    bool good;

    if (!choose_target(folder, "bad", file->name, target, err))
        return false;
    json = json_pack("{s:s, s:s, s:s, s:s}", "file", file->shown, "code", why->code, "place",
                     why->place, "remedy", why->text);
    if (!json)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", file->name, "cannot say what is wrong");
    json_object_set_new(json, "line", line ? json_integer(line) : json_null());
    snprintf(beside, sizeof(beside), "%s.error.json", target);
    good = write_whole(beside, json, err);
    json_decref(json);
    return good && move_to(folder, file, "bad", target, err);
}
