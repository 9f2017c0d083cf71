/* SPDX-License-Identifier: Apache-2.0 */
/* How the directory changes: add, rename, move, merge, split-back, contact. */
#include "units.h"

#include "calendar/zone.h"

#include <stdio.h>
#include <string.h>

/* One unit under change. */
struct editing {
    json_t *item;
    json_t *group; /* handed on by put() */
};

static bool begin(struct units *units, const char *code, const char *group, struct editing *editing,
                  struct err *err)
{
    const json_t *row = unit_book_need(&units->book, code, err);

    *editing = (struct editing){0};
    if (row)
        editing->item = edit_fetch(units->cli, cli_text(row, "key"), "unit", err);
    if (editing->item)
        editing->group = edit_group(editing->item, group);
    return editing->item != NULL;
}

static bool put(struct units *units, const char *name, struct editing *editing, struct err *err)
{
    bool good =
        edit_add(&units->outbox, editing->item, json_pack("{s:o}", name, editing->group), err);

    json_decref(editing->item);
    return good;
}

static bool give_up(struct editing *editing)
{
    json_decref(editing->item);
    json_decref(editing->group);
    return false;
}

static void set(json_t *group, const char *name, const char *text)
{
    if (text && *text)
        json_object_set_new(group, name, json_string(text));
    else if (text)
        json_object_del(group, name);
}

/* The key of the unit a flag names; "" stays "": none. */
static bool set_unit(const struct units *units, json_t *group, const char *name, const char *code,
                     struct err *err)
{
    const json_t *row;

    if (!code || !*code) {
        set(group, name, code);
        return true;
    }
    row = unit_book_need(&units->book, code, err);
    set(group, name, cli_text(row, "key"));
    return row != NULL;
}

static bool check_day(const char *text, const char *flag, const char *what, struct err *err)
{
    struct date day;

    if (!text)
        return err_set(err, ERR_REJECT, "USAGE", flag, "needed: %s", what);
    return date_parse(text, flag, &day, err);
}

/* No other unit goes by it: a text could not tell the two apart. */
static bool check_name(const struct units *units, const char *name, const char *key,
                       struct err *err)
{
    const json_t *other = unit_book_bearer(&units->book, name, key);

    if (!*name)
        return err_set(err, ERR_REJECT, "FIELD_EMPTY", "name", "a unit has a name");
    return !other ||
           err_set(err, ERR_REJECT, "NAME_TAKEN", name,
                   "%s goes by it; a text could not tell the two apart", unit_text(other, "code"));
}

/* add ------------------------------------------------------------------------------------------ */

static bool check_new(const struct units *units, const char *code, const char *key, struct err *err)
{
    struct zone *zone;

    if (unit_book_find(&units->book, code))
        return err_set(err, ERR_REJECT, "UNIT_EXISTS", code,
                       "see `uptake units show %.40s`; rename, move and contact change it", code);
    if (!units->name)
        return err_set(err, ERR_REJECT, "USAGE", "--name", "needed: its full name");
    if (units->from && !check_day(units->from, "--from", "", err))
        return false;
    if (units->zone && *units->zone) {
        zone = zone_open(units->zone, err);
        if (!zone)
            return false;
        zone_close(zone);
    }
    for (int i = 0; i < units->aliases.n; i++)
        if (!check_name(units, units->aliases.list[i], key, err))
            return false;
    return check_name(units, code, key, err) && check_name(units, units->name, key, err);
}

bool units_add(struct units *units, const char *code, const char *other, struct err *err)
{
    char key[220];
    json_t *group;

    (void)other;
    snprintf(key, sizeof(key), "unit:%s", code);
    if (!check_new(units, code, key, err))
        return false;
    group = json_pack("{s:s, s:s, s:s, s:[]}", "code", code, "name", units->name, "kind",
                      units->kind ? units->kind : "unit", "aliases");
    for (int i = 0; i < units->aliases.n; i++)
        json_array_append_new(json_object_get(group, "aliases"),
                              json_string(units->aliases.list[i]));
    set(group, "region", units->region);
    set(group, "zone", units->zone);
    set(group, "valid_from", units->from);
    if (!set_unit(units, group, "parent", units->parent, err) ||
        !set_unit(units, group, "reports_to", units->reports_to, err)) {
        json_decref(group);
        return false;
    }
    return edit_create(&units->outbox, "unit", "units", key,
                       json_pack("{s:o}", "unit_identity", group), err);
}

/* rename --------------------------------------------------------------------------------------- */

/* The last day of the name before the one it bears now; "": it bore no other. */
static const char *last_renamed(const json_t *group)
{
    const char *last = "";
    size_t index;
    json_t *former;

    json_array_foreach(json_object_get(group, "former_names"), index, former)
    {
        if (strcmp(cli_text(former, "until_on"), last) > 0)
            last = cli_text(former, "until_on");
    }
    return last;
}

static bool rename_to(struct units *units, json_t *group, const char *name, struct err *err)
{
    const char *last = last_renamed(group);
    json_t *formers = json_object_get(group, "former_names");

    if (strcmp(cli_text(group, "name"), name) == 0)
        return true;
    if (strcmp(units->until, last) <= 0)
        return err_set(err, ERR_REJECT, "DATE_ORDER", "--until",
                       "the name before this one was borne until %s", last);
    if (!formers) {
        formers = json_array();
        json_object_set_new(group, "former_names", formers);
    }
    json_array_append_new(formers, json_pack("{s:s, s:s}", "name", cli_text(group, "name"),
                                             "until_on", units->until));
    set(group, "name", name);
    return true;
}

bool units_rename(struct units *units, const char *code, const char *name, struct err *err)
{
    struct editing editing;

    if (!check_day(units->until, "--until", "the last day of the old name", err) ||
        !begin(units, code, "unit_identity", &editing, err))
        return false;
    if (!check_name(units, name, cli_text(editing.item, "key"), err) ||
        !rename_to(units, editing.group, name, err))
        return give_up(&editing);
    return put(units, "unit_identity", &editing, err);
}

/* move ----------------------------------------------------------------------------------------- */

/* Neither part of itself nor reporting to itself. */
static bool check_ring(const struct units *units, const char *key, const char *field,
                       const char *code, struct err *err)
{
    const json_t *above = code && *code ? unit_book_find(&units->book, code) : NULL;

    return !above || !unit_book_leads_to(&units->book, above, field, key) ||
           err_set(err, ERR_REJECT, "REFERENCE_CYCLE", code,
                   "%s of it leads back to the unit itself", field);
}

bool units_move(struct units *units, const char *code, const char *other, struct err *err)
{
    struct editing editing;
    const char *key;

    (void)other;
    if (!units->region && !units->parent && !units->reports_to)
        return err_set(err, ERR_REJECT, "USAGE", "move", "say --region, --parent or --reports-to");
    if (!begin(units, code, "unit_identity", &editing, err))
        return false;
    key = cli_text(editing.item, "key");
    set(editing.group, "region", units->region);
    if (!check_ring(units, key, "parent", units->parent, err) ||
        !check_ring(units, key, "reports_to", units->reports_to, err) ||
        !set_unit(units, editing.group, "parent", units->parent, err) ||
        !set_unit(units, editing.group, "reports_to", units->reports_to, err))
        return give_up(&editing);
    return put(units, "unit_identity", &editing, err);
}

/* merge and split-back --------------------------------------------------------------------------
 */

static bool is_external(const json_t *row)
{
    return strcmp(unit_text(row, "kind"), "external") == 0;
}

static bool check_merge(struct units *units, const json_t *row, const json_t *into, struct err *err)
{
    const char *code = unit_text(into, "code");
    struct date today;
    struct date day;

    if (row == into)
        return err_set(err, ERR_REJECT, "REFERENCE_CYCLE", code,
                       "a unit is not merged into itself");
    if (*unit_text(into, "merged_into"))
        return err_set(err, ERR_REJECT, "UNIT_RETIRED", code,
                       "it was merged itself; %s does its work now",
                       unit_text(unit_book_successor(&units->book, into), "code"));
    if (*unit_text(row, "merged_into") &&
        strcmp(unit_text(row, "merged_into"), cli_text(into, "key")) != 0)
        return err_set(err, ERR_REJECT, "MERGED_ALREADY", unit_text(row, "code"),
                       "into %s; `uptake units split-back` undoes that",
                       unit_text(unit_book_successor(&units->book, row), "code"));
    if (!unit_is_recipient(into, err))
        return false;
    if (is_external(into) && !is_external(row))
        return err_set(err, ERR_REJECT, "UNIT_EXTERNAL", code,
                       "nobody outside the organisation is asked for its work");
    if (!check_day(units->on, "--on", "the last day of the unit that is merged", err) ||
        !date_parse(units->on, "--on", &day, err) || !cli_today(units->cli, &today, err))
        return false;
    return date_compare(day, today) <= 0 ||
           err_set(err, ERR_REJECT, "DATE_IN_FUTURE", "--on",
                   "%s is to come; a merger counts from when it is recorded", units->on);
}

/* What hung on the merged unit stays where it is: a person moves it. */
static void note_hanging(const struct units *units, const char *key, const char *field,
                         const char *verb)
{
    const char *other;
    json_t *row;

    json_object_foreach(units->book.rows, other, row)
    {
        if (strcmp(unit_text(row, field), key) == 0)
            fprintf(stderr, "uptake: note: %s still %s it; see `uptake units move`\n",
                    unit_text(row, "code"), verb);
    }
}

bool units_merge(struct units *units, const char *code, const char *other, struct err *err)
{
    const json_t *row = unit_book_need(&units->book, code, err);
    const json_t *into = row ? unit_book_need(&units->book, other, err) : NULL;
    struct editing editing;

    if (!into || !check_merge(units, row, into, err) ||
        !begin(units, code, "unit_identity", &editing, err))
        return false;
    set(editing.group, "merged_into", cli_text(into, "key"));
    set(editing.group, "valid_to", units->on);
    note_hanging(units, cli_text(row, "key"), "reports_to", "reports to");
    note_hanging(units, cli_text(row, "key"), "parent", "is part of");
    return put(units, "unit_identity", &editing, err);
}

/* The last day it had before it was merged; history stands newest first. */
static const char *last_day_before(const json_t *item)
{
    size_t index;
    json_t *entry;

    json_array_foreach(json_object_get(item, "history"), index, entry)
    {
        const json_t *said = json_object_get(json_object_get(entry, "change"), "unit_identity");
        if (said && !*cli_text(said, "merged_into"))
            return cli_text(said, "valid_to");
    }
    return "";
}

bool units_split_back(struct units *units, const char *code, const char *other, struct err *err)
{
    struct editing editing;

    (void)other;
    if (!begin(units, code, "unit_identity", &editing, err))
        return false;
    if (!*cli_text(editing.group, "merged_into")) {
        err_set(err, ERR_REJECT, "NOT_MERGED", code, "it stands by itself");
        return give_up(&editing);
    }
    set(editing.group, "merged_into", "");
    set(editing.group, "valid_to", last_day_before(editing.item));
    return put(units, "unit_identity", &editing, err);
}

/* contact -------------------------------------------------------------------------------------- */

static bool set_alternates(const struct units *units, json_t *group, struct err *err)
{
    json_t *list = json_array();

    if (units->alternates.n || units->no_alternates)
        json_object_set(group, "alternates", list);
    for (int i = 0; i < units->alternates.n; i++) {
        const char *text = units->alternates.list[i];
        const char *sign = strrchr(text, '=');

        if (!sign || sign == text || !strchr(sign, '@')) {
            json_decref(list);
            return err_set(err, ERR_REJECT, "USAGE", "--alternate",
                           "write \"Name=name@example.org\"");
        }
        json_array_append_new(
            list, json_pack("{s:s%, s:s}", "name", text, (size_t)(sign - text), "email", sign + 1));
    }
    json_decref(list);
    return true;
}

bool units_contact(struct units *units, const char *code, const char *other, struct err *err)
{
    const json_t *row = unit_book_need(&units->book, code, err);
    struct editing editing;

    (void)other;
    if (!row || !unit_is_recipient(row, err))
        return false;
    if (!units->email && !units->language && !units->focal_point && !units->alternates.n &&
        !units->no_alternates)
        return err_set(err, ERR_REJECT, "USAGE", "contact",
                       "say --email, --focal-point, --alternate or --language");
    if (!begin(units, code, "unit_contact", &editing, err))
        return false;
    set(editing.group, "email", units->email);
    set(editing.group, "language", units->language);
    set(editing.group, "focal_point", units->focal_point);
    if (!set_alternates(units, editing.group, err))
        return give_up(&editing);
    return put(units, "unit_contact", &editing, err);
}
