/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_file.h"

#include "base/text.h"
#include "edit.h"
#include "import/source_file.h"
#include "policy_fields.h"
#include "unit_book.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Mistakes --------------------------------------------------------------------------------------
 */

void policy_file_mistake(struct policy_file *file, const char *code, int line, const char *field,
                         const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    text_mend(text);
    file->nmistakes++;
    json_array_append_new(file->mistakes,
                          json_pack("{s:s, s:s, s:i, s:s, s:s}", "code", code, "file", file->path,
                                    "line", line, "field", field, "text", text));
}

static int line_of_field(const struct policy_file *file, const char *field)
{
    const json_t *line = json_object_get(file->lines, field);

    return line ? (int)json_integer_value(line) : 1;
}

/* What fields say together ---------------------------------------------------------------------
 */

static bool has_step(const json_t *rule, json_int_t step)
{
    size_t index;
    json_t *each;

    json_array_foreach(json_object_get(rule, "steps"), index, each)
    {
        if (json_integer_value(each) == step)
            return true;
    }
    return false;
}

static void check_ladder(struct policy_file *file)
{
    size_t index;
    json_t *place;

    json_array_foreach(json_object_get(file->rule, "ladder"), index, place)
    {
        if (!has_step(file->rule, cli_number(place, "step")))
            policy_file_mistake(file, "NUMBER_RANGE", line_of_field(file, "ladder"), "ladder",
                                "%lld is none of the steps", cli_number(place, "step"));
        if (strncmp(cli_text(place, "rung"), "overseer", 8) == 0 &&
            !json_object_get(file->rule, "overseer"))
            policy_file_mistake(file, "FIELD_MISSING", line_of_field(file, "ladder"), "overseer",
                                "the ladder goes up to the overseer; say who that is");
    }
}

static void check_together(struct policy_file *file)
{
    const json_t *steps = json_object_get(file->rule, "steps");
    const json_t *last = json_array_get(steps, json_array_size(steps) - 1);
    long long closes = cli_number(file->rule, "closes_after_days");

    if (strcmp(cli_text(file->rule, "trigger"), "interval") == 0 &&
        !json_object_get(file->lines, "interval_months"))
        policy_file_mistake(file, "RULE_ENDLESS", line_of_field(file, "trigger"), "interval_months",
                            "after how many months does a cycle end? write 1 to 120");
    if (closes > 0 && last && json_integer_value(last) > closes)
        policy_file_mistake(file, "NUMBER_RANGE", line_of_field(file, "closes_after_days"),
                            "closes_after_days",
                            "the step %+lld comes after the cycle is closed; no reminder would go",
                            (long long)json_integer_value(last));
    check_ladder(file);
}

/* Reading ---------------------------------------------------------------------------------------
 */

static void read_document(struct policy_file *file, yaml_parser_t *parser)
{
    yaml_document_t document;
    const yaml_node_t *root;

    if (!yaml_parser_load(parser, &document)) {
        policy_file_mistake(file, "YAML_BAD", (int)parser->problem_mark.line + 1, "policy", "%s",
                            parser->problem ? parser->problem : "this is no YAML");
        return;
    }
    root = yaml_document_get_root_node(&document);
    if (root) {
        policy_fields_take(file, &document, root);
        if (file->nmistakes == 0)
            check_together(file);
    } else {
        policy_file_mistake(file, "YAML_BAD", 1, "policy", "the file says nothing");
    }
    yaml_document_delete(&document);
    if (!root || file->nmistakes > 0)
        return;
    if (!yaml_parser_load(parser, &document)) {
        policy_file_mistake(file, "YAML_BAD", (int)parser->problem_mark.line + 1, "policy", "%s",
                            parser->problem ? parser->problem : "this is no YAML");
        return;
    }
    root = yaml_document_get_root_node(&document);
    if (root)
        policy_file_mistake(file, "YAML_BAD", (int)root->start_mark.line + 1, "policy",
                            "one policy per file; this begins another");
    yaml_document_delete(&document);
}

bool policy_file_read(const char *path, struct arena *arena, struct policy_file *file,
                      struct err *err)
{
    struct source_file source;
    yaml_parser_t parser;

    *file = (struct policy_file){.arena = arena,
                                 .path = path,
                                 .rule = json_object(),
                                 .lines = json_object(),
                                 .mistakes = json_array()};
    if (!source_file_read(path, arena, &source, err))
        return false;
    if (!yaml_parser_initialize(&parser))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", path, "cannot hold the policy");
    yaml_parser_set_input_string(&parser, (const unsigned char *)source.text, source.len);
    read_document(file, &parser);
    yaml_parser_delete(&parser);
    return true;
}

void policy_file_finish(struct policy_file *file)
{
    json_decref(file->rule);
    json_decref(file->lines);
    json_decref(file->mistakes);
}

/* Against the register --------------------------------------------------------------------------
 */

static bool check_document(struct cli *cli, struct policy_file *file,
                           const struct policy_reference *reference, struct err *err)
{
    json_t *item = edit_fetch(cli, reference->key, "document", err);

    json_decref(item);
    if (item)
        return true;
    if (strcmp(err->code, "NOT_FOUND") != 0 && strcmp(err->code, "WRONG_KIND") != 0)
        return false;
    policy_file_mistake(
        file, "DOCUMENT_UNKNOWN", reference->line, reference->field,
        "%.*s: the register has no such document; see `uptake list --kind document`",
        text_fit(reference->key, 100), reference->key);
    return true;
}

bool policy_file_check(struct cli *cli, struct policy_file *file, struct err *err)
{
    struct unit_book book = {0};
    bool good = unit_book_load(cli, &book, err);

    for (const struct policy_reference *reference = file->references; good && reference;
         reference = reference->next) {
        if (!reference->is_unit)
            good = check_document(cli, file, reference, err);
        else if (!unit_book_find(&book, reference->key))
            policy_file_mistake(file, "UNIT_UNKNOWN", reference->line, reference->field,
                                "%.*s: there is no such unit; see `uptake units list`",
                                text_fit(reference->key, 100), reference->key);
    }
    unit_book_finish(&book);
    return good;
}

enum exit_code policy_file_fail(struct cli *cli, const struct policy_file *file)
{
    size_t index;
    json_t *each;
    struct err err;

    if (json_array_size(file->mistakes) < file->nmistakes) {
        err_set(&err, ERR_FATAL, "OUT_OF_MEMORY", file->path, "cannot tell all of its mistakes");
        cli_fail(&err);
    }
    if (cli->json)
        return cli_print_json(json_pack("{s:O}", "mistakes", file->mistakes), EXIT_BAD_USAGE);
    json_array_foreach(file->mistakes, index, each)
    {
        fprintf(stderr, "uptake: %s: %s:%lld: %s: %s\n", cli_text(each, "code"),
                cli_text(each, "file"), cli_number(each, "line"), cli_text(each, "field"),
                cli_text(each, "text"));
    }
    return EXIT_BAD_USAGE;
}

/* Writing ---------------------------------------------------------------------------------------
 */

/* Text in quotation marks, as YAML and JSON both read it. */
static void print_quoted(const json_t *value)
{
    json_dumpf(value, stdout, JSON_ENCODE_ANY);
}

static void print_list(const char *name, const json_t *list)
{
    size_t index;
    json_t *each;

    if (json_array_size(list) == 0)
        return;
    printf("%s: [", name);
    json_array_foreach(list, index, each)
    {
        fputs(index ? ", " : "", stdout);
        print_quoted(each);
    }
    puts("]");
}

static void print_ladder(const json_t *ladder)
{
    size_t index;
    json_t *place;

    if (json_array_size(ladder) > 0)
        puts("ladder:");
    json_array_foreach(ladder, index, place)
    {
        printf("  - {step: %lld, rung: %s}\n", cli_number(place, "step"), cli_text(place, "rung"));
    }
}

static void print_field(const char *name, const json_t *value)
{
    if (json_is_string(value) && strcmp(name, "title") == 0) {
        printf("%s: ", name);
        print_quoted(value);
        putchar('\n');
    } else if (json_is_string(value) && json_string_length(value) > 0) {
        printf("%s: %s\n", name, json_string_value(value));
    } else if (json_is_integer(value) && json_integer_value(value) != 0) {
        printf("%s: %lld\n", name, (long long)json_integer_value(value));
    } else if (json_is_array(value) && strcmp(name, "ladder") == 0) {
        print_ladder(value);
    } else if (json_is_array(value)) {
        print_list(name, value);
    }
}

void policy_file_print(const char *name, const json_t *rule)
{
    static const char *const order[] = {
        "title",      "trigger",     "interval_months", "go_live_on",     "in_force_from",
        "anchor_on",  "steps",       "ladder",          "overseer",       "documents",
        "offices",    "instruments", "working_day",     "most_reminders", "closes_after_days",
        "window_days"};

    printf("policy: %s\n", name);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        print_field(order[i], json_object_get(rule, order[i]));
    printf("active: %s\n", json_is_true(json_object_get(rule, "active")) ? "true" : "false");
}
