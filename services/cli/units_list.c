/* SPDX-License-Identifier: Apache-2.0 */
/* units list and units show. */
#include "units.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 20 };

/* What both print of one unit, with --json; day NULL: as it is now. */
static json_t *unit_json(const struct units *units, const json_t *row, const char *day)
{
    json_t *unit = json_copy((json_t *)(uintptr_t)unit_identity(row));
    const json_t *successor = unit_book_successor(&units->book, row);

    json_object_set(unit, "key", json_object_get(row, "key"));
    if (day)
        json_object_set_new(unit, "name", json_string(unit_name_on(row, day)));
    if (successor != row)
        json_object_set(unit, "successor", json_object_get(successor, "key"));
    return unit;
}

static void print_end(const struct units *units, const json_t *row)
{
    const json_t *successor = unit_book_successor(&units->book, row);

    if (*unit_text(row, "valid_to"))
        printf("  until %s", unit_text(row, "valid_to"));
    if (successor != row)
        printf(", now %s", unit_text(successor, "code"));
}

static void print_row(const struct units *units, const json_t *row, int depth)
{
    const char *name = units->on ? unit_name_on(row, units->on) : unit_text(row, "name");

    printf("%*s%-*s  %-9s  %-14s  %s", 2 * depth, "", 14 - 2 * depth, unit_text(row, "code"),
           unit_text(row, "kind"), unit_text(row, "region"), name);
    print_end(units, row);
    putchar('\n');
}

static bool is_listed(const struct units *units, const json_t *row)
{
    return !units->on || unit_exists_on(row, units->on);
}

/* Its parent is not in the list: it stands at the left margin. */
static bool is_top(const struct units *units, const json_t *row)
{
    const json_t *parent = json_object_get(units->book.rows, unit_text(row, "parent"));

    return !parent || !is_listed(units, parent);
}

static void print_below(const struct units *units, const char *parent, int depth)
{
    const char *key;
    json_t *row;

    json_object_foreach(units->book.rows, key, row)
    {
        if (!is_listed(units, row) ||
            (parent ? strcmp(unit_text(row, "parent"), parent) != 0 : !is_top(units, row)))
            continue;
        print_row(units, row, depth);
        if (depth < DEPTH_MAX)
            print_below(units, key, depth + 1);
    }
}

enum exit_code units_list(struct units *units)
{
    json_t *list = json_array();
    size_t n = 0;
    const char *key;
    json_t *row;
    struct date day;
    struct err err;

    if (!date_parse_optional(units->on, "--on", &day, &err)) {
        json_decref(list);
        return cli_fail(&err);
    }
    json_object_foreach(units->book.rows, key, row)
    {
        if (!is_listed(units, row))
            continue;
        n++;
        json_array_append_new(list, unit_json(units, row, units->on));
        if (!units->cli->json && !units->tree)
            print_row(units, row, 0);
    }
    if (units->cli->json)
        return cli_print_json(json_pack("{s:o, s:I}", "units", list, "count", (json_int_t)n),
                              EXIT_OK);
    json_decref(list);
    if (units->tree)
        print_below(units, NULL, 0);
    printf("%zu unit%s\n", n, cli_s(n));
    return EXIT_OK;
}

/* show ----------------------------------------------------------------------------------------- */

/* Codes of the units whose field names this one. */
static json_t *named_in(const struct units *units, const char *field, const char *key)
{
    json_t *codes = json_array();
    const char *other;
    json_t *row;

    json_object_foreach(units->book.rows, other, row)
    {
        if (strcmp(unit_text(row, field), key) == 0)
            json_array_append_new(codes, json_string(unit_text(row, "code")));
    }
    return codes;
}

static void print_codes(const char *what, const json_t *codes)
{
    size_t index;
    json_t *code;

    if (!json_array_size(codes))
        return;
    printf("  %-15s", what);
    json_array_foreach(codes, index, code)
    {
        printf("%s%s", index ? ", " : " ", json_string_value(code));
    }
    putchar('\n');
}

static void print_text(const char *what, const char *text)
{
    if (*text)
        printf("  %-15s %s\n", what, text);
}

static void print_times(const json_t *row)
{
    size_t index;
    json_t *former;

    print_text("from", unit_text(row, "valid_from"));
    print_text("until", unit_text(row, "valid_to"));
    json_array_foreach(json_object_get(unit_identity(row), "former_names"), index, former)
    {
        printf("  %-15s %s (until %s)\n", "former name", cli_text(former, "name"),
               *cli_text(former, "until_on") ? cli_text(former, "until_on") : "an unknown day");
    }
}

static void print_contact(const json_t *row)
{
    const json_t *contact = json_object_get(json_object_get(row, "change"), "unit_contact");
    size_t index;
    json_t *person;

    print_text("focal point", cli_text(contact, "focal_point"));
    print_text("address", cli_text(contact, "email"));
    print_text("language", cli_text(contact, "language"));
    json_array_foreach(json_object_get(contact, "alternates"), index, person)
    {
        printf("  %-15s %s <%s>\n", "alternate", cli_text(person, "name"),
               cli_text(person, "email"));
    }
}

static const char *code_in(const json_t *row, const char *field)
{
    const char *key = unit_text(row, field);

    return strncmp(key, "unit:", 5) == 0 ? key + 5 : key;
}

static void print_unit(const struct units *units, const json_t *row, const json_t *hanging)
{
    const json_t *successor = unit_book_successor(&units->book, row);

    printf("%s  %s (%s)\n", unit_text(row, "code"), unit_text(row, "name"), unit_text(row, "kind"));
    print_text("region", unit_text(row, "region"));
    print_text("part of", code_in(row, "parent"));
    print_text("reports to", code_in(row, "reports_to"));
    print_text("zone", unit_text(row, "zone"));
    print_codes("aliases", json_object_get(unit_identity(row), "aliases"));
    print_times(row);
    print_text("work done by", successor == row ? "" : unit_text(successor, "code"));
    print_contact(row);
    print_codes("holds", json_object_get(hanging, "parts"));
    print_codes("reported to by", json_object_get(hanging, "reporting"));
    print_codes("took over from", json_object_get(hanging, "merged"));
}

enum exit_code units_show(struct units *units, const char *code)
{
    struct err err;
    const json_t *row = unit_book_need(&units->book, code, &err);
    const char *key = cli_text(row, "key");
    json_t *hanging;

    if (!row)
        return cli_fail(&err);
    hanging = json_pack("{s:o, s:o, s:o}", "parts", named_in(units, "parent", key), "reporting",
                        named_in(units, "reports_to", key), "merged",
                        named_in(units, "merged_into", key));
    if (units->cli->json) {
        json_object_set_new(hanging, "unit", unit_json(units, row, NULL));
        json_object_set(hanging, "contact",
                        json_object_get(json_object_get(row, "change"), "unit_contact"));
        json_object_set(hanging, "revision", json_object_get(row, "revision"));
        return cli_print_json(hanging, EXIT_OK);
    }
    print_unit(units, row, hanging);
    json_decref(hanging);
    return EXIT_OK;
}
