/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_fields.h"

#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uptake/v1/words.pb-c.h>

enum {
    STEP_DAYS = 365,
    STEPS_MOST = 32, /* that planning holds */
    LADDER_MOST = 32,
    CLOSES_DAYS = 3650,
    REMINDERS_MOST = 100,
    INTERVAL_MOST = 120,
    LIST_MOST = 1000,
};

struct reading {
    struct policy_file *file;
    yaml_document_t *document;
};

struct field;
typedef void take_fn(const struct reading *reading, const struct field *field,
                     const yaml_node_t *node);

struct field {
    const char *name;
    take_fn *take;
    const ProtobufCEnumDescriptor *words; /* NULL: none */
    int least, most;                      /* of a number */
    bool needed;
};

static int line_of(const yaml_node_t *node)
{
    return (int)node->start_mark.line + 1;
}

/* NULL: it is no scalar, which is noted. */
static const char *text_of(const struct reading *reading, const struct field *field,
                           const yaml_node_t *node)
{
    if (node->type == YAML_SCALAR_NODE)
        return (const char *)node->data.scalar.value;
    policy_file_mistake(reading->file, "YAML_BAD_TYPE", line_of(node), field->name,
                        "one value is meant here, not a list or a mapping");
    return NULL;
}

static void put(const struct reading *reading, const char *name, json_t *value)
{
    json_object_set_new(reading->file->rule, name, value);
}

/* Values ----------------------------------------------------------------------------------------
 */

static void take_name(const struct reading *reading, const struct field *field,
                      const yaml_node_t *node)
{
    const char *text = text_of(reading, field, node);

    if (!text)
        return;
    if (!text[0] || strlen(text) > 100 ||
        text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        policy_file_mistake(reading->file, "BAD_KEY", line_of(node), field->name,
                            "'%.60s': small letters, digits and -, at most 100", text);
    else
        reading->file->name = arena_strdup(reading->file->arena, text);
}

static void take_text(const struct reading *reading, const struct field *field,
                      const yaml_node_t *node)
{
    const char *text = text_of(reading, field, node);

    if (text && !text[0])
        policy_file_mistake(reading->file, "FIELD_MISSING", line_of(node), field->name,
                            "says nothing; write what the policy is for");
    else if (text)
        put(reading, field->name, json_string(text));
}

static void take_day(const struct reading *reading, const struct field *field,
                     const yaml_node_t *node)
{
    const char *text = text_of(reading, field, node);
    struct date day;
    struct err err;

    if (!text)
        return;
    if (date_parse_optional(text, field->name, &day, &err))
        put(reading, field->name, json_string(text));
    else
        policy_file_mistake(reading->file, err.code, line_of(node), field->name, "%s", err.text);
}

static bool read_number(const struct reading *reading, const struct field *field,
                        const yaml_node_t *node, long *number)
{
    const char *text = text_of(reading, field, node);
    char *end;

    if (!text)
        return false;
    *number = strtol(text, &end, 10);
    if (!text[0] || *end || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
        policy_file_mistake(reading->file, "YAML_BAD_TYPE", line_of(node), field->name,
                            "'%.40s': a whole number is meant", text);
        return false;
    }
    if (*number >= field->least && *number <= field->most)
        return true;
    policy_file_mistake(reading->file, "NUMBER_RANGE", line_of(node), field->name,
                        "%ld, allowed %d to %d", *number, field->least, field->most);
    return false;
}

static void take_number(const struct reading *reading, const struct field *field,
                        const yaml_node_t *node)
{
    long number;

    if (read_number(reading, field, node, &number))
        put(reading, field->name, json_integer(number));
}

static void take_interval(const struct reading *reading, const struct field *field,
                          const yaml_node_t *node)
{
    const char *text = text_of(reading, field, node);

    if (text && strcmp(text, "0") == 0)
        policy_file_mistake(reading->file, "RULE_ENDLESS", line_of(node), field->name,
                            "every 0 months comes to no end; write 1 to %d", INTERVAL_MOST);
    else if (text)
        take_number(reading, field, node);
}

static void take_truth(const struct reading *reading, const struct field *field,
                       const yaml_node_t *node)
{
    const char *text = text_of(reading, field, node);

    if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        policy_file_mistake(reading->file, "YAML_BAD_TYPE", line_of(node), field->name,
                            "'%.40s': true or false", text);
    else if (text)
        put(reading, field->name, json_boolean(strcmp(text, "true") == 0));
}

static const char *read_word(const struct reading *reading, const struct field *field,
                             const yaml_node_t *node)
{
    const char *text = text_of(reading, field, node);
    char words[160] = "";
    int number;

    if (!text || (wire_word_value(field->words, text, &number) && number != 0))
        return text;
    for (unsigned i = 0; i < field->words->n_values; i++) {
        const char *word = wire_word(field->words, field->words->values[i].value);
        size_t len = strlen(words);
        if (field->words->values[i].value != 0)
            snprintf(words + len, sizeof(words) - len, "%s%s", len ? ", " : "", word);
    }
    policy_file_mistake(reading->file, "ENUM_UNKNOWN", line_of(node), field->name, "'%.40s': %s",
                        text, words);
    return NULL;
}

static void take_word(const struct reading *reading, const struct field *field,
                      const yaml_node_t *node)
{
    const char *word = read_word(reading, field, node);

    if (word)
        put(reading, field->name, json_string(word));
}

static const char *read_reference(const struct reading *reading, const struct field *field,
                                  const yaml_node_t *node, bool is_unit)
{
    const char *text = text_of(reading, field, node);
    struct policy_file *file = reading->file;
    struct policy_reference *reference =
        text && text[0] ? arena_zalloc(file->arena, sizeof(*reference)) : NULL;
    bool is_code = is_unit && text && strncmp(text, "unit:", 5) != 0;

    if (!reference)
        return NULL;
    reference->key = arena_printf(file->arena, "%s%s", is_code ? "unit:" : "", text);
    reference->field = field->name;
    reference->line = line_of(node);
    reference->is_unit = is_unit;
    reference->next = file->references;
    if (reference->key)
        file->references = reference;
    return reference->key;
}

static void take_unit(const struct reading *reading, const struct field *field,
                      const yaml_node_t *node)
{
    const char *key = read_reference(reading, field, node, true);

    if (key)
        put(reading, field->name, json_string(key));
}

/* Lists -----------------------------------------------------------------------------------------
 */

/* NULL: no list, which is noted. */
static json_t *open_list(const struct reading *reading, const struct field *field,
                         const yaml_node_t *node, int most)
{
    json_t *list;

    if (node->type != YAML_SEQUENCE_NODE) {
        policy_file_mistake(reading->file, "YAML_BAD_TYPE", line_of(node), field->name,
                            "a list is meant, like [a, b]");
        return NULL;
    }
    if (node->data.sequence.items.top - node->data.sequence.items.start > most) {
        policy_file_mistake(reading->file, "NUMBER_RANGE", line_of(node), field->name, "at most %d",
                            most);
        return NULL;
    }
    list = json_array();
    put(reading, field->name, list);
    return list;
}

static yaml_node_t *item_of(const struct reading *reading, const yaml_node_item_t *item)
{
    return yaml_document_get_node(reading->document, *item);
}

static void take_steps(const struct reading *reading, const struct field *field,
                       const yaml_node_t *node)
{
    json_t *list = open_list(reading, field, node, STEPS_MOST);
    long before = -STEP_DAYS - 1;

    if (!list)
        return;
    for (const yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        const yaml_node_t *value = item_of(reading, item);
        long step;

        if (!read_number(reading, field, value, &step))
            continue;
        if (step <= before)
            policy_file_mistake(reading->file, "NUMBER_RANGE", line_of(value), field->name,
                                "%ld stands after %ld; write the days in ascending order", step,
                                before);
        before = step;
        json_array_append_new(list, json_integer(step));
    }
    if (json_array_size(list) == 0)
        policy_file_mistake(reading->file, "FIELD_MISSING", line_of(node), field->name,
                            "say on which days relative to the end of a cycle somebody is asked");
}

static void take_words(const struct reading *reading, const struct field *field,
                       const yaml_node_t *node)
{
    json_t *list = open_list(reading, field, node, LIST_MOST);

    for (const yaml_node_item_t *item = list ? node->data.sequence.items.start : NULL;
         list && item < node->data.sequence.items.top; item++) {
        const char *word = read_word(reading, field, item_of(reading, item));
        if (word)
            json_array_append_new(list, json_string(word));
    }
}

static void take_references(const struct reading *reading, const struct field *field,
                            const yaml_node_t *node)
{
    json_t *list = open_list(reading, field, node, LIST_MOST);

    for (const yaml_node_item_t *item = list ? node->data.sequence.items.start : NULL;
         list && item < node->data.sequence.items.top; item++) {
        const char *key = read_reference(reading, field, item_of(reading, item),
                                         strcmp(field->name, "offices") == 0);
        if (key)
            json_array_append_new(list, json_string(key));
    }
}

/* One place of the ladder: {step: 14, rung: unit_head}. */
static void take_place(const struct reading *reading, const struct field *field,
                       const yaml_node_t *node, json_t *place)
{
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(reading->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(reading->document, pair->value);
        const char *name = text_of(reading, field, key);
        long step;

        if (name && strcmp(name, "step") == 0) {
            if (read_number(reading, field, value, &step))
                json_object_set_new(place, "step", json_integer(step));
        } else if (name && strcmp(name, "rung") == 0) {
            const char *rung = read_word(reading, field, value);
            if (rung)
                json_object_set_new(place, "rung", json_string(rung));
        } else if (name) {
            policy_file_mistake(reading->file, "YAML_UNKNOWN_FIELD", line_of(key), field->name,
                                "'%.40s': a place has step and rung", name);
        }
    }
}

static void take_ladder(const struct reading *reading, const struct field *field,
                        const yaml_node_t *node)
{
    json_t *list = open_list(reading, field, node, LADDER_MOST);

    for (const yaml_node_item_t *item = list ? node->data.sequence.items.start : NULL;
         list && item < node->data.sequence.items.top; item++) {
        const yaml_node_t *place = item_of(reading, item);
        json_t *taken = json_object();

        if (place->type == YAML_MAPPING_NODE)
            take_place(reading, field, place, taken);
        if (json_object_size(taken) == 2)
            json_array_append(list, taken);
        else
            policy_file_mistake(reading->file, "YAML_BAD_TYPE", line_of(place), field->name,
                                "a place is written {step: 14, rung: unit_head}");
        json_decref(taken);
    }
}

/* The fields ------------------------------------------------------------------------------------
 */

static const struct field fields[] = {
    {"policy", take_name, NULL, 0, 0, true},
    {"title", take_text, NULL, 0, 0, true},
    {"trigger", take_word, &uptake__v1__trigger__descriptor, 0, 0, true},
    {"interval_months", take_interval, NULL, 1, INTERVAL_MOST, false},
    {"go_live_on", take_day, NULL, 0, 0, true},
    {"in_force_from", take_day, NULL, 0, 0, false},
    {"anchor_on", take_day, NULL, 0, 0, false},
    {"steps", take_steps, NULL, -STEP_DAYS, STEP_DAYS, true},
    {"ladder", take_ladder, &uptake__v1__rung__descriptor, -STEP_DAYS, STEP_DAYS, false},
    {"overseer", take_unit, NULL, 0, 0, false},
    {"documents", take_references, NULL, 0, 0, false},
    {"offices", take_references, NULL, 0, 0, false},
    {"instruments", take_words, &uptake__v1__instrument__descriptor, 0, 0, false},
    {"working_day", take_word, &uptake__v1__working_day__descriptor, 0, 0, false},
    {"most_reminders", take_number, NULL, 0, REMINDERS_MOST, false},
    {"closes_after_days", take_number, NULL, 0, CLOSES_DAYS, false},
    {"window_days", take_number, NULL, 0, CLOSES_DAYS, false},
    {"active", take_truth, NULL, 0, 0, true},
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static const struct field *find_field(const char *name)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static void take_pair(const struct reading *reading, const yaml_node_t *key,
                      const yaml_node_t *value)
{
    static const struct field names = {.name = "policy"};
    struct policy_file *file = reading->file;
    const char *name = text_of(reading, &names, key);
    const struct field *field = name ? find_field(name) : NULL;

    if (!name)
        return;
    if (!field) {
        policy_file_mistake(
            file, "YAML_UNKNOWN_FIELD", line_of(key), name, "%s",
            strcmp(name, "zone") == 0
                ? "a policy has no zone: its days are those of the register, and the "
                  "working days those of each recipient's duty station"
                : "there is no such field; `uptake policy show NAME` prints a whole "
                  "policy");
        return;
    }
    if (json_object_get(file->lines, name))
        policy_file_mistake(file, "YAML_FIELD_TWICE", line_of(key), name, "said before on line %d",
                            (int)json_integer_value(json_object_get(file->lines, name)));
    json_object_set_new(file->lines, name, json_integer(line_of(key)));
    field->take(reading, field, value);
}

void policy_fields_take(struct policy_file *file, yaml_document_t *document,
                        const yaml_node_t *root)
{
    struct reading reading = {file, document};

    if (root->type != YAML_MAPPING_NODE) {
        policy_file_mistake(file, "YAML_BAD", line_of(root), "policy",
                            "a policy is a mapping, one 'field: value' a line");
        return;
    }
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
         pair < root->data.mapping.pairs.top; pair++)
        take_pair(&reading, yaml_document_get_node(document, pair->key),
                  yaml_document_get_node(document, pair->value));
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].needed && !json_object_get(file->lines, fields[i].name))
            policy_file_mistake(file, "FIELD_MISSING", line_of(root), fields[i].name,
                                "a policy has to say this");
}
