/* SPDX-License-Identifier: Apache-2.0 */
#include "import/directory.h"

#include "base/text.h"
#include "import/source_file.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* More codes than any one document has; beyond them reading would only become slow. */
enum { TAUGHT_MAX = 200, PARENTS_MAX = 32, MERGERS_MAX = 20 };

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

/* What all spellings of a unit share. */
struct unit {
    const char *key;
    const char *parent;
    enum role role;
    struct date from;
    struct date until;
    const char *into;
};

/* NULL when out of memory. */
static struct directory_name *add_entry(struct directory *directory, const char *name,
                                        const struct unit *unit)
{
    struct directory_name *entry = arena_zalloc(&directory->arena, sizeof(*entry));

    if (!entry)
        return NULL;
    entry->name = arena_strdup(&directory->arena, name);
    entry->unit = unit->key;
    entry->parent = unit->parent;
    entry->role = unit->role;
    entry->from = unit->from;
    entry->until = unit->until;
    entry->into = unit->into ? unit->into : "";
    /* "POs" is a code, too: at most one small letter, at its end. */
    entry->as_written = !has_small_letter(name) || strlen(name) <= 5;
    entry->next = directory->names;
    directory->names = entry;
    return entry->name ? entry : NULL;
}

static bool add_name(struct directory *directory, const char *name, const struct unit *unit)
{
    return add_entry(directory, name, unit) != NULL;
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

/* Code, name, aliases. */
static bool add_names(struct directory *directory, json_t *identity, const struct unit *unit)
{
    const char *names[] = {text_of(identity, "code"), text_of(identity, "name")};
    bool good = true;
    size_t index;
    json_t *each;

    for (size_t i = 0; i < 2 && good; i++)
        good = !names[i][0] || add_name(directory, names[i], unit);
    json_array_foreach(json_object_get(identity, "aliases"), index, each)
    {
        if (good && json_string_length(each))
            good = add_name(directory, json_string_value(each), unit);
    }
    return good;
}

/* Names it bore before; those it bears again are present ones. */
static bool add_former_names(struct directory *directory, json_t *identity, const struct unit *unit,
                             struct err *err)
{
    size_t index;
    json_t *each;

    json_array_foreach(json_object_get(identity, "former_names"), index, each)
    {
        const char *name = text_of(each, "name");
        struct directory_name *entry;

        if (!*name || strcmp(name, text_of(identity, "name")) == 0)
            continue;
        entry = add_entry(directory, name, unit);
        if (!entry)
            return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "units",
                           "the directory does not fit in memory");
        entry->former = true;
        if (!date_parse_optional(text_of(each, "until_on"), unit->key, &entry->borne, err))
            return false;
    }
    return true;
}

static bool is_retracted(json_t *change)
{
    return json_is_true(json_object_get(json_object_get(change, "retraction"), "retracted"));
}

bool directory_add_change(struct directory *directory, json_t *change, struct err *err)
{
    json_t *identity = json_object_get(change, "unit_identity");
    struct unit unit = {.role = role_of(text_of(identity, "kind"))};

    if (!json_is_object(identity) || is_retracted(change))
        return true;
    if (!date_parse_optional(text_of(identity, "valid_from"), text_of(change, "subject"),
                             &unit.from, err) ||
        !date_parse_optional(text_of(identity, "valid_to"), text_of(change, "subject"), &unit.until,
                             err))
        return false;
    unit.key = arena_strdup(&directory->arena, text_of(change, "subject"));
    unit.parent = arena_strdup(&directory->arena, text_of(identity, "parent"));
    unit.into = arena_strdup(&directory->arena, text_of(identity, "merged_into"));
    directory->nunits++;
    if (!unit.key || !unit.parent || !unit.into || !add_names(directory, identity, &unit))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "units",
                       "the directory does not fit in memory");
    return add_former_names(directory, identity, &unit, err);
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

const struct directory_name *directory_unit(const struct directory *directory, const char *key)
{
    for (const struct directory_name *entry = directory->names; entry; entry = entry->next)
        if (entry->unit && strcmp(entry->unit, key) == 0)
            return entry;
    return NULL;
}

const struct directory_name *directory_successor(const struct directory *directory,
                                                 const struct directory_name *entry)
{
    for (int steps = 0; steps < MERGERS_MAX && entry->unit && *entry->into; steps++) {
        const struct directory_name *next = directory_unit(directory, entry->into);

        if (!next)
            break;
        entry = next;
    }
    return entry;
}

static const char *parent_of(const struct directory *directory, const char *unit)
{
    const struct directory_name *entry = directory_unit(directory, unit);

    return entry ? entry->parent : NULL;
}

/* No unit is part of itself. */
static bool check_parents(const struct directory *directory, const char *path, struct err *err)
{
    for (const struct directory_name *entry = directory->names; entry; entry = entry->next) {
        const char *above = entry->parent;
        for (int steps = 0; above && *above && steps <= PARENTS_MAX; steps++) {
            if (steps == PARENTS_MAX || (entry->unit && strcmp(above, entry->unit) == 0))
                return err_set(err, ERR_REJECT, "REFERENCE_CYCLE", path,
                               "%.40s is part of itself; correct the parent of one unit above it",
                               entry->unit);
            above = parent_of(directory, above);
        }
    }
    return true;
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
    return check_parents(directory, path, err);
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
    return add_name(directory, copy, &(struct unit){.role = ROLE_LEAD});
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

/* Of equally long names: a unit of the register before a code the document taught, a present name
 * before a former one, a unit that exists before one that was closed. */
static int rank_of(const struct directory_name *entry)
{
    if (!entry->unit)
        return 0;
    return 1 + (entry->former ? 0 : 2) + (date_is_none(entry->until) ? 1 : 0);
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
        if (taken > *len || (taken && taken == *len && rank_of(entry) > rank_of(best))) {
            *len = taken;
            best = entry;
        }
    }
    return best;
}
