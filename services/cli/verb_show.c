/* SPDX-License-Identifier: Apache-2.0 */
/* uptake show: one item, its field groups as they stand, what belongs to it (show_related.c), and
 * how it came about. */
#include "cli.h"
#include "fetch.h"
#include "options.h"
#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void show_value(const json_t *value)
{
    char *text;

    if (json_is_string(value)) {
        printf("%s", json_string_value(value));
        return;
    }
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    printf("%s", text ? text : "");
    free(text);
}

static void print_field(const char *name, const json_t *value)
{
    size_t index;
    json_t *element;

    if (!json_is_array(value)) {
        printf("    %-16s ", name);
        show_value(value);
        putchar('\n');
        return;
    }
    json_array_foreach(value, index, element)
    {
        printf("    %-16s ", index ? "" : name);
        show_value(element);
        putchar('\n');
    }
}

/* Groups that are told otherwise than field by field --------------------------------------------
 */

static void print_unit(const json_t *unit)
{
    static const char *const flags[] = {"inferred", "ambiguous", "vague", "confirmed"};

    printf("%s (%s", cli_text(unit, "name"), cli_text(unit, "role"));
    for (size_t f = 0; f < sizeof(flags) / sizeof(*flags); f++)
        if (json_is_true(json_object_get(unit, flags[f])))
            printf(", %s", flags[f]);
    printf(*cli_text(unit, "unit") ? ")" : ", not in the directory)");
}

/* One line for each who said so: "by evaluator  SEA (lead)". */
static void print_responsibilities(const json_t *group)
{
    const json_t *units = json_object_get(group, "units");
    json_t *seen = json_object();
    const char *between;

    if (*cli_text(group, "source"))
        print_field("as written", json_object_get(group, "source"));
    for (size_t i = 0; i < json_array_size(units); i++) {
        const char *said_by = cli_text(json_array_get(units, i), "said_by");

        if (json_object_get(seen, said_by))
            continue;
        json_object_set_new(seen, said_by, json_true());
        printf("    by %-13s ", said_by);
        between = "";
        for (size_t k = i; k < json_array_size(units); k++) {
            const json_t *unit = json_array_get(units, k);

            if (strcmp(cli_text(unit, "said_by"), said_by) != 0)
                continue;
            printf("%s", between);
            print_unit(unit);
            between = ", ";
        }
        putchar('\n');
    }
    json_decref(seen);
}

static void print_milestones(const json_t *group)
{
    const json_t *list = json_object_get(group, "milestones");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *reached = cli_text(one, "reached_on");

        printf("    %-16s %s (%s%s)\n",
               *cli_text(one, "due_on") ? cli_text(one, "due_on") : cli_text(one, "source"),
               cli_text(one, "text"), *reached ? "reached " : "not reached", reached);
    }
}

static void print_extensions(const json_t *group)
{
    const json_t *list = json_object_get(group, "extensions");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *day = cli_text(one, "approved_on");

        printf("    to %-13s by %s%s%s: %s\n", cli_text(one, "due_on"), cli_text(one, "approver"),
               *day ? " on " : "", day, cli_text(one, "reason"));
    }
}

static const struct {
    const char *group;
    void (*print)(const json_t *group);
} special[] = {
    {"responsibilities", print_responsibilities},
    {"milestones", print_milestones},
    {"extensions", print_extensions},
};

static bool print_special(const char *group, const json_t *fields)
{
    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++)
        if (strcmp(special[i].group, group) == 0) {
            special[i].print(fields);
            return true;
        }
    return false;
}

/* What a reader must not take for more than it is. */
static const char *caution(const char *group, const json_t *fields, const json_t *facts)
{
    if (strcmp(group, "position_taken") == 0 && json_object_get(fields, "comment_progress"))
        return "comment_progress is said of the recommendation as a whole; its actions stay "
               "unknown";
    if (strcmp(group, "progress_review") == 0 && !json_is_true(json_object_get(facts, "reviewed")))
        return "a review of an earlier report";
    return NULL;
}

/* The field groups of a change: its members that are objects. */
static void print_groups(json_t *change, const json_t *facts)
{
    const char *group;
    const char *name;
    json_t *fields;
    json_t *value;

    json_object_foreach(change, group, fields)
    {
        const char *warning;

        if (!json_is_object(fields) || strcmp(group, "retraction") == 0)
            continue;
        printf("  %s\n", group);
        if (!print_special(group, fields))
            json_object_foreach(fields, name, value) print_field(name, value);
        warning = caution(group, fields, facts);
        if (warning)
            printf("    (%s)\n", warning);
    }
}

/* What is derived ------------------------------------------------------------------------------ */

static void print_day(const char *label, const char *day, long long late)
{
    if (!*day)
        return;
    printf("    %-16s %s", label, day);
    if (late)
        printf(", %lld day%s late", late, cli_s((unsigned long long)late));
    putchar('\n');
}

static void print_word(const char *label, const char *word)
{
    if (*word)
        printf("    %-16s %s\n", label, word);
}

static void print_judged(const json_t *facts)
{
    const bool of_state = strcmp(cli_text(facts, "addressee"), "state") == 0;

    printf("  as it stands\n");
    print_word("progress", cli_text(facts, "progress"));
    print_word("completed on", cli_text(facts, "completed_on"));
    print_word("time", cli_text(facts, "time"));
    print_day("due", cli_text(facts, "due_on"), cli_number(facts, "days_late"));
    print_day("first agreed", cli_text(facts, "first_due_on"),
              cli_number(facts, "days_late_first"));
    print_word("freshness", cli_text(facts, "freshness"));
    print_word("assurance", cli_text(facts, "assurance"));
    if (of_state)
        printf("    (addressed to a State: shown and assessed, not chased)\n");
}

static void print_unit_facts(const json_t *facts)
{
    printf("  as it stands\n");
    print_word("region feed", cli_text(facts, "region"));
    print_word("parent", cli_text(facts, "parent_name"));
    print_word("reports to", cli_text(facts, "reports_to_name"));
    print_word("merged into", cli_text(facts, "merged_into_name"));
    print_word("work is done by", cli_text(facts, "successor"));
}

static void print_totals(const json_t *totals)
{
    printf("  totals\n");
    for (size_t i = 0; i < json_array_size(totals); i++) {
        const json_t *one = json_array_get(totals, i);

        printf("    %-16s the document says %lld", cli_text(one, "name"),
               cli_number(one, "stated"));
        if (json_object_get(one, "counted"))
            printf(", the register counts %lld", cli_number(one, "counted"));
        putchar('\n');
    }
}

/* "the register counts  recommendations 2, parts 2, actions 3". */
static void print_counted(json_t *counted)
{
    const char *between = "  the register counts  ";
    const char *name;
    json_t *n;

    json_object_foreach(counted, name, n)
    {
        if (strcmp(name, "made") == 0) /* another word for recommendations, in stated totals */
            continue;
        printf("%s%s %lld", between, name, (long long)json_integer_value(n));
        between = ", ";
    }
    if (*between == ',')
        putchar('\n');
}

static void print_tombstone(const json_t *change)
{
    const json_t *retraction = json_object_get(change, "retraction");
    const char *instead = cli_text(retraction, "replaced_by");

    if (!json_is_true(json_object_get(retraction, "retracted")))
        return;
    printf("  RETRACTED: %s%s%s\n", cli_text(retraction, "reason"),
           *instead ? "; in its place: " : "", instead);
}

static void print_history(const json_t *entries)
{
    printf("  history\n");
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        const json_t *said = json_object_get(entry, "said");

        printf("    revision %lld, %s, by %s, %s", cli_number(entry, "revision"),
               cli_text(entry, "recorded_at"), cli_text(entry, "sender"),
               cli_text(entry, "outcome"));
        for (size_t k = 0; k < json_array_size(said); k++)
            printf("%s%s", k ? ", " : ": ", cli_text(json_array_get(said, k), "group"));
        putchar('\n');
    }
}

static void print(json_t *item)
{
    const json_t *facts = json_object_get(item, "facts");
    const char *kind = cli_text(item, "kind");

    printf("%s  (%s of %s, revision %lld)\n", cli_text(item, "key"), kind,
           cli_text(item, "document"), cli_number(item, "revision"));
    print_tombstone(json_object_get(item, "change"));
    if (strcmp(kind, "action") == 0)
        print_judged(facts);
    if (strcmp(kind, "unit") == 0)
        print_unit_facts(facts);
    print_groups(json_object_get(item, "change"), facts);
    if (json_object_get(facts, "totals"))
        print_totals(json_object_get(facts, "totals"));
    print_counted(json_object_get(facts, "counted"));
    show_related(item);
    print_history(json_object_get(item, "history"));
}

static json_t *ask(struct cli *cli, const char *key, const char *on, struct err *err)
{
    struct fetch *fetch = fetch_open(cli, err);
    struct arena arena = {0};
    const char *path = fetch ? fetch_escape(fetch, key, &arena) : NULL;
    const char *day = path && on ? fetch_escape(fetch, on, &arena) : "";
    json_t *item = NULL;

    if (path && day)
        path = arena_printf(&arena, "/v1/items/%s%s%s", path, on ? "?on=" : "", day);
    if (path && day)
        item = fetch_get(fetch, path, err);
    else if (fetch)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "reporting", "cannot ask");
    arena_finish(&arena);
    fetch_close(fetch);
    return item;
}

enum exit_code verb_show(struct cli *cli, int argc, char **argv)
{
    const char *on = NULL;
    const struct option options[] = {
        {"--on", "DAY", "judge on this day, YYYY-MM-DD (default: today)", &on, NULL}, {0}};
    const struct usage usage = {"show KEY [flags]",
                                "Shows one item as it stands, what belongs to it, and its history. "
                                "Keys look like\n"
                                "unwomen-cambodia-2020#2/3 (document, recommendation, action).",
                                options, 1, 1};
    enum exit_code code = EXIT_OK;
    struct err err;
    json_t *item;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    item = ask(cli, argv[0], on, &err);
    if (!item)
        return cli_fail(&err);
    if (cli->json)
        return cli_print_json(item, EXIT_OK);
    print(item);
    json_decref(item);
    return code;
}
