/* SPDX-License-Identifier: Apache-2.0 */
/*
 * units confirm: a person says whom the names of a responsibility mean.
 *
 * The name stays as the source writes it, with what was unsure about it; the unit, "person" as who
 * said so and the confirmation stand beside it.
 */
#include "units.h"

#include "model/crosswalk_csv.h"

#include <stdio.h>
#include <string.h>

struct confirming {
    struct units *units;
    const json_t *meant; /* --unit; NULL: as each stands */
    json_t *entries;
    size_t n; /* confirmed */
};

static bool is_recipient_role(const json_t *entry)
{
    const char *role = cli_text(entry, "role");

    return strcmp(role, "container") != 0 && strcmp(role, "external") != 0;
}

/* "A", "B", ...: the names as written, for a person to choose from. */
static bool name_needed(const struct confirming *confirming, const char *code, const char *what,
                        struct err *err)
{
    char names[160] = "";
    size_t len = 0;
    size_t index;
    json_t *entry;

    json_array_foreach(confirming->entries, index, entry)
    {
        int more = snprintf(names + len, sizeof(names) - len, "%s\"%s\"", len ? ", " : "",
                            cli_text(entry, "name"));
        if (more < 0 || len + (size_t)more >= sizeof(names))
            break;
        len += (size_t)more;
    }
    return err_set(err, ERR_REJECT, code, what, "say --name TEXT as written: %s", names);
}

static const char *role_for(const struct units *units, const json_t *row, const json_t *entry)
{
    if (strcmp(unit_text(row, "kind"), "external") == 0)
        return "external";
    if (units->role)
        return units->role;
    return is_recipient_role(entry) ? cli_text(entry, "role") : "lead";
}

static bool confirm_entry(struct confirming *confirming, json_t *entry, struct err *err)
{
    const struct units *units = confirming->units;
    const char *unit = cli_text(entry, "unit");
    const json_t *row = confirming->meant;

    if (!row && !*unit)
        return err_set(err, ERR_REJECT, "UNIT_NEEDED", cli_text(entry, "name"),
                       "nobody in the directory is meant yet; say --unit CODE");
    if (!row)
        row = unit_book_need(&units->book, unit, err);
    if (!row || !unit_is_recipient(row, err))
        return false;
    json_object_set_new(entry, "role", json_string(role_for(units, row, entry)));
    json_object_set(entry, "unit", json_object_get(row, "key"));
    json_object_set_new(entry, "said_by", json_string("person"));
    json_object_set_new(entry, "confirmed", json_true());
    confirming->n++;
    return true;
}

static bool confirm_named(struct confirming *confirming, const char *name, struct err *err)
{
    size_t before = confirming->n;
    size_t index;
    json_t *entry;

    json_array_foreach(confirming->entries, index, entry)
    {
        if (crosswalk_same_word(cli_text(entry, "name"), name) &&
            !confirm_entry(confirming, entry, err))
            return false;
    }
    return confirming->n > before || name_needed(confirming, "NAME_NOT_FOUND", name, err);
}

/* --unit alone: the mention of that unit, else the one mention that nobody could resolve. */
static bool confirm_unit(struct confirming *confirming, struct err *err)
{
    const char *key = cli_text(confirming->meant, "key");
    json_t *open = NULL;
    size_t nopen = 0;
    size_t index;
    json_t *entry;

    json_array_foreach(confirming->entries, index, entry)
    {
        if (strcmp(cli_text(entry, "unit"), key) == 0 && !confirm_entry(confirming, entry, err))
            return false;
        if (!*cli_text(entry, "unit")) {
            open = entry;
            nopen++;
        }
    }
    if (confirming->n)
        return true;
    if (nopen != 1)
        return name_needed(confirming, "NAME_NEEDED", cli_text(confirming->meant, "key"), err);
    return confirm_entry(confirming, open, err);
}

/* Without flags: every mention that leads to a unit. */
static bool confirm_all(struct confirming *confirming, struct err *err)
{
    size_t index;
    json_t *entry;

    json_array_foreach(confirming->entries, index, entry)
    {
        if (!is_recipient_role(entry))
            continue;
        if (!*cli_text(entry, "unit"))
            fprintf(stderr, "uptake: note: \"%s\" names nobody yet; say --name and --unit\n",
                    cli_text(entry, "name"));
        else if (!confirm_entry(confirming, entry, err))
            return false;
    }
    return confirming->n || name_needed(confirming, "UNIT_NEEDED", "--unit", err);
}

static bool confirm(struct confirming *confirming, struct err *err)
{
    const struct unit_values *names = &confirming->units->names;

    for (int i = 0; i < names->n; i++)
        if (!confirm_named(confirming, names->list[i], err))
            return false;
    if (names->n)
        return true;
    return confirming->meant ? confirm_unit(confirming, err) : confirm_all(confirming, err);
}

static bool find_meant(struct confirming *confirming, struct err *err)
{
    const struct units *units = confirming->units;
    const char *role = units->role ? units->role : "lead";

    if (strcmp(role, "lead") != 0 && strcmp(role, "support") != 0 && strcmp(role, "overseer") != 0)
        return err_set(err, ERR_REJECT, "USAGE", "--role", "lead, support or overseer");
    if (!units->unit)
        return true;
    confirming->meant = unit_book_need(&units->book, units->unit, err);
    if (!confirming->meant || !unit_is_recipient(confirming->meant, err))
        return false;
    return !*unit_text(confirming->meant, "merged_into") ||
           err_set(err, ERR_REJECT, "UNIT_RETIRED", units->unit, "%s does its work now",
                   unit_text(unit_book_successor(&units->book, confirming->meant), "code"));
}

bool units_confirm(struct units *units, const char *action, const char *other, struct err *err)
{
    struct confirming confirming = {.units = units};
    json_t *item;
    json_t *group;
    bool good;

    (void)other;
    if (!find_meant(&confirming, err))
        return false;
    item = edit_fetch(units->cli, action, NULL, err);
    if (!item)
        return false;
    group = edit_group(item, "responsibilities");
    confirming.entries = json_object_get(group, "units");
    if (json_array_size(confirming.entries) == 0)
        good = err_set(err, ERR_REJECT, "NOBODY_NAMED", action,
                       "nobody is named responsible for it; import or push says who is");
    else
        good = confirm(&confirming, err) &&
               edit_add(&units->outbox, item, json_pack("{s:O}", "responsibilities", group), err);
    json_decref(group);
    json_decref(item);
    return good;
}
