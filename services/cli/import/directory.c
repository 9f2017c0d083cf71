/* SPDX-License-Identifier: Apache-2.0 */
#include "import/directory.h"

#include "base/text.h"
#include "import/source_file.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* More codes than any one document has; beyond them reading would only become slow. */
enum { TAUGHT_MAX = 200 };

void directory_finish(struct directory *directory)
{
    arena_finish(&directory->arena);
    *directory = (struct directory){0};
}

static bool has_small_letter(const char *text)
{
    for (; *text; text++)
        if (islower((unsigned char)*text))
            return true;
    return false;
}

static bool add_name(struct directory *directory, const char *name, const char *unit,
                     const char *parent, enum role role)
{
    struct directory_name *entry = arena_zalloc(&directory->arena, sizeof(*entry));

    if (!entry)
        return false;
    entry->name = arena_strdup(&directory->arena, name);
    entry->unit = unit;
    entry->parent = parent;
    entry->role = role;
    /* "POs" is a code, too: at most one small letter, at its end. */
    entry->as_written = !has_small_letter(name) || strlen(name) <= 5;
    entry->next = directory->names;
    directory->names = entry;
    return entry->name != NULL;
}

static const char *text_of(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

static enum role role_of(const char *unit_kind)
{
    if (strcmp(unit_kind, "container") == 0)
        return ROLE_CONTAINER;
    return strcmp(unit_kind, "external") == 0 ? ROLE_EXTERNAL : ROLE_LEAD;
}

bool directory_add_change(struct directory *directory, json_t *change, struct err *err)
{
    json_t *identity = json_object_get(change, "unit_identity");
    enum role role = role_of(text_of(identity, "kind"));
    const char *names[] = {text_of(identity, "code"), text_of(identity, "name")};
    char *unit;
    char *parent;
    size_t index;
    json_t *alias;
    bool good;

    if (!json_is_object(identity))
        return true;
    unit = arena_strdup(&directory->arena, text_of(change, "subject"));
    parent = arena_strdup(&directory->arena, text_of(identity, "parent"));
    good = unit && parent;
    for (size_t i = 0; i < 2 && good; i++)
        good = !names[i][0] || add_name(directory, names[i], unit, parent, role);
    json_array_foreach(json_object_get(identity, "aliases"), index, alias)
    {
        if (good && json_string_length(alias))
            good = add_name(directory, json_string_value(alias), unit, parent, role);
    }
    directory->nunits++;
    return good || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "units",
                           "the directory does not fit in memory");
}

static bool read_line(struct directory *directory, const char *path, int number, const char *line,
                      size_t len, struct err *err)
{
    json_error_t where;
    char place[96];
    json_t *change;
    bool good;

    snprintf(place, sizeof(place), "%.70s line %d", path, number);
    change = json_loadb(line, len, JSON_REJECT_DUPLICATES, &where);
    if (!json_is_object(change)) {
        json_decref(change);
        return err_set(err, ERR_REJECT, "JSON_BAD", place,
                       "not a JSON object (column %d); one change per line is expected",
                       where.column);
    }
    good = directory_add_change(directory, change, err);
    json_decref(change);
    return good;
}

bool directory_read_file(struct directory *directory, const char *path, struct err *err)
{
    struct source_file file;
    int number = 0;

    if (!source_file_read(path, &directory->arena, &file, err))
        return false;
    for (const char *at = file.text; *at;) {
        size_t len = strcspn(at, "\n");
        number++;
        if (len && !read_line(directory, path, number, at, len, err))
            return false;
        at += len + (at[len] == '\n');
    }
    return true;
}

bool directory_teach(struct directory *directory, const char *code, size_t len)
{
    char copy[32];

    if (len == 0 || len >= sizeof(copy) || directory->ntaught >= TAUGHT_MAX)
        return true;
    memcpy(copy, code, len);
    copy[len] = '\0';
    for (const struct directory_name *entry = directory->names; entry; entry = entry->next)
        if (strcmp(entry->name, copy) == 0)
            return true;
    directory->ntaught++;
    return add_name(directory, copy, NULL, NULL, ROLE_LEAD);
}

static bool is_gap(unsigned c)
{
    return c == ' ' || c == '-' || c == '\t' || c == '\n';
}

/* Behind what spells the name in small letters; NULL: the text does not. */
static const char *match_folded(const char *name, const char *text)
{
    for (;;) {
        const char *next = text;
        unsigned wanted = text_fold_next(&name);
        unsigned c = text_fold_next(&next);

        if (!wanted)
            return text;
        if (c == '\'' && wanted != '\'') {
            text = next;
            c = text_fold_next(&next);
        }
        if (wanted == '\'' && c != '\'')
            continue;
        if (c != wanted && !(wanted == ' ' && is_gap(c)))
            return NULL;
        do {
            text = next;
            c = text_fold_next(&next);
        } while (wanted == ' ' && is_gap(c));
    }
}

static size_t match_name(const struct directory_name *entry, const char *text)
{
    size_t len = strlen(entry->name);

    if (entry->as_written) {
        if (strncmp(entry->name, text, len) != 0)
            return 0;
    } else {
        const char *end = match_folded(entry->name, text);
        if (!end)
            return 0;
        len = (size_t)(end - text);
    }
    if (!entry->unit && text[len] == 's')
        len++;
    return isalnum((unsigned char)text[len]) ? 0 : len;
}

/* A taught plural ("POs") stands for its singular as well. */
static size_t match_singular(const struct directory_name *entry, const char *text)
{
    size_t len = strlen(entry->name);

    if (entry->unit || len < 3 || entry->name[len - 1] != 's' ||
        strncmp(entry->name, text, len - 1) != 0)
        return 0;
    return isalnum((unsigned char)text[len - 1]) ? 0 : len - 1;
}

const struct directory_name *directory_match(const struct directory *directory, const char *text,
                                             size_t *len)
{
    const struct directory_name *best = NULL;

    *len = 0;
    for (const struct directory_name *entry = directory->names; entry; entry = entry->next) {
        size_t taken = match_name(entry, text);
        if (!taken)
            taken = match_singular(entry, text);
        /* A unit of the register goes before a code the document taught. */
        if (taken > *len || (taken && taken == *len && entry->unit && !best->unit)) {
            *len = taken;
            best = entry;
        }
    }
    return best;
}
