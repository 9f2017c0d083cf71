/* SPDX-License-Identifier: Apache-2.0 */
#include "unit_book.h"

#include "model/crosswalk_csv.h"

#include <stdio.h>
#include <string.h>

enum { CHAIN_MAX = 50 };

static bool take_unit(void *ctx, json_t *row, struct err *err)
{
    struct unit_book *book = ctx;
    const json_t *retraction = json_object_get(json_object_get(row, "change"), "retraction");

    if (json_is_true(json_object_get(retraction, "retracted")))
        return true;
    return json_object_set(book->rows, cli_text(row, "key"), row) == 0 ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "units", "they do not fit in memory");
}

bool unit_book_load(struct cli *cli, struct unit_book *book, struct err *err)
{
    struct fetch *fetch = fetch_open(cli, err);
    bool good;

    book->rows = json_object();
    good = fetch && fetch_pages(fetch, "/v1/scopes/hq/snapshot?kind=unit&limit=200", "items",
                                "after_key", take_unit, book, err);
    fetch_close(fetch);
    return good;
}

void unit_book_finish(struct unit_book *book)
{
    json_decref(book->rows);
    book->rows = NULL;
}

json_t *unit_book_find(const struct unit_book *book, const char *code)
{
    char key[220];

    snprintf(key, sizeof(key), "%s%s", strncmp(code, "unit:", 5) == 0 ? "" : "unit:", code);
    return json_object_get(book->rows, key);
}

json_t *unit_book_need(const struct unit_book *book, const char *code, struct err *err)
{
    json_t *row = unit_book_find(book, code);

    if (!row)
        err_set(err, ERR_REJECT, "UNIT_NOT_FOUND", code,
                "no such unit; `uptake units list` names them");
    return row;
}

const json_t *unit_identity(const json_t *row)
{
    return json_object_get(json_object_get(row, "change"), "unit_identity");
}

const char *unit_text(const json_t *row, const char *field)
{
    return cli_text(unit_identity(row), field);
}

bool unit_is_recipient(const json_t *row, struct err *err)
{
    return strcmp(unit_text(row, "kind"), "container") != 0 ||
           err_set(err, ERR_REJECT, "UNIT_CONTAINER", unit_text(row, "code"),
                   "it only holds units and is never asked; name the unit in it that is meant");
}

const json_t *unit_book_successor(const struct unit_book *book, const json_t *row)
{
    for (int steps = 0; steps < CHAIN_MAX && *unit_text(row, "merged_into"); steps++) {
        const json_t *next = json_object_get(book->rows, unit_text(row, "merged_into"));

        if (!next)
            break;
        row = next;
    }
    return row;
}

bool unit_book_leads_to(const struct unit_book *book, const json_t *row, const char *field,
                        const char *key)
{
    for (int steps = 0; row && steps < CHAIN_MAX; steps++) {
        if (strcmp(cli_text(row, "key"), key) == 0)
            return true;
        row = json_object_get(book->rows, unit_text(row, field));
    }
    return false;
}

static bool goes_by(const json_t *row, const char *name)
{
    size_t index;
    json_t *alias;

    json_array_foreach(json_object_get(unit_identity(row), "aliases"), index, alias)
    {
        if (crosswalk_same_word(json_string_value(alias), name))
            return true;
    }
    return crosswalk_same_word(unit_text(row, "name"), name) ||
           crosswalk_same_word(unit_text(row, "code"), name);
}

const json_t *unit_book_bearer(const struct unit_book *book, const char *name, const char *but)
{
    const char *key;
    json_t *row;

    json_object_foreach(book->rows, key, row)
    {
        if (strcmp(key, but) != 0 && goes_by(row, name))
            return row;
    }
    return NULL;
}

/* Days in this form sort as texts. */
bool unit_exists_on(const json_t *row, const char *day)
{
    const char *last = unit_text(row, "valid_to");

    return strcmp(unit_text(row, "valid_from"), day) <= 0 && (!*last || strcmp(last, day) >= 0);
}

const char *unit_name_on(const json_t *row, const char *day)
{
    const char *name = unit_text(row, "name");
    const char *until = NULL;
    size_t index;
    json_t *former;

    json_array_foreach(json_object_get(unit_identity(row), "former_names"), index, former)
    {
        const char *last = cli_text(former, "until_on");
        if (*last && strcmp(last, day) >= 0 && (!until || strcmp(last, until) < 0)) {
            until = last;
            name = cli_text(former, "name");
        }
    }
    return name;
}
