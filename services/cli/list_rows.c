/* SPDX-License-Identifier: Apache-2.0 */
#include "list_rows.h"

#include <stdio.h>
#include <string.h>

static bool is_kind(const json_t *row, const char *kind)
{
    return strcmp(cli_text(row, "kind"), kind) == 0;
}

static void print_word(const json_t *row, const char *name, int width)
{
    const char *word = cli_text(row, name);

    if (*word)
        printf("  %-*s", width, word);
}

static void print_action(const json_t *row)
{
    const long long first = cli_number(row, "days_late_first");

    printf("  %-12s %-14s %-10s", cli_text(row, "progress"), cli_text(row, "time"),
           cli_text(row, "due_on"));
    if (cli_number(row, "days_late"))
        printf(", %lld day%s late", cli_number(row, "days_late"),
               cli_s((unsigned long long)cli_number(row, "days_late")));
    if (strcmp(cli_text(row, "due_on"), cli_text(row, "first_due_on")) != 0) {
        printf(" (first %s", cli_text(row, "first_due_on"));
        if (first)
            printf(", %lld day%s late against it", first, cli_s((unsigned long long)first));
        putchar(')');
    }
    print_word(row, "freshness", 13);
}

static void print_figure(const json_t *row)
{
    if (json_object_get(row, "total"))
        printf("  %lld of %lld", cli_number(row, "met"), cli_number(row, "total"));
    else
        printf("  %s %s", cli_text(row, "value"), cli_text(row, "value_unit"));
    print_word(row, "dated_on", 10);
}

static void print_link(const json_t *row)
{
    const char *to = cli_text(row, "to");

    printf("  %s %s %s", cli_text(row, "from"), cli_text(row, "relation"),
           *to ? to : cli_text(row, "cited_document"));
    if (*cli_text(row, "cited_paragraph"))
        printf(" paragraph %s", cli_text(row, "cited_paragraph"));
    if (cli_number(row, "score"))
        printf(" (likeness %lld of 1000)", cli_number(row, "score"));
}

/* What others said of the item, side by side. */
static void print_assessments(const json_t *row)
{
    const json_t *assessments = json_object_get(row, "assessments");

    for (size_t i = 0; i < json_array_size(assessments); i++) {
        const json_t *one = json_array_get(assessments, i);
        printf("%s%s by %s", i ? ", " : "  {", cli_text(one, "level"), cli_text(one, "assessor"));
    }
    if (json_array_size(assessments))
        putchar('}');
}

void list_print_row(const json_t *row)
{
    const json_t *units = json_object_get(row, "units");
    const char *hold = cli_text(row, "hold");

    printf("%-36s", cli_text(row, "key"));
    if (json_object_get(row, "retracted"))
        printf("  retracted");
    print_word(row, "position", 20);
    if (is_kind(row, "action"))
        print_action(row);
    else if (is_kind(row, "indicator"))
        print_figure(row);
    else if (is_kind(row, "link"))
        print_link(row);
    else if (is_kind(row, "finding"))
        printf("  %-8s %-24s", cli_text(row, "severity"), cli_text(row, "code"));
    print_word(row, "level", 10);
    print_word(row, "state", 9);
    if (*hold && strcmp(hold, "none") != 0)
        printf("  hold: %s", hold);
    if (json_array_size(units)) {
        printf("  [");
        cli_put_units(units);
        putchar(']');
    }
    print_assessments(row);
    printf("  ");
    cli_put_short(*cli_text(row, "text") ? cli_text(row, "text") : cli_text(row, "code"), 90);
    putchar('\n');
}
