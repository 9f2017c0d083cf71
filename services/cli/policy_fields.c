/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_fields.h"

#include "base/text.h"
#include "policy_values.h"

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

/* Lists -----------------------------------------------------------------------------------------
 */

/* NULL: no list, which is noted. */
static json_t *open_list(const struct policy_reading *reading, const struct policy_field *field,
                         const yaml_node_t *node, int most)
{
    json_t *list;

    if (node->type != YAML_SEQUENCE_NODE) {
        policy_file_mistake(reading->file, "YAML_BAD_TYPE", policy_line(node), field->name,
                            "a list is meant, like [a, b]");
        return NULL;
    }
    if (node->data.sequence.items.top - node->data.sequence.items.start > most) {
        policy_file_mistake(reading->file, "NUMBER_RANGE", policy_line(node), field->name,
                            "at most %d", most);
        return NULL;
    }
    list = json_array();
    policy_put(reading, field->name, list);
    return list;
}

static yaml_node_t *item_of(const struct policy_reading *reading, const yaml_node_item_t *item)
{
    return yaml_document_get_node(reading->document, *item);
}

static void take_steps(const struct policy_reading *reading, const struct policy_field *field,
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

        if (!policy_number(reading, field, value, &step))
            continue;
        if (step <= before)
            policy_file_mistake(reading->file, "NUMBER_RANGE", policy_line(value), field->name,
                                "%ld stands after %ld; write the days in ascending order", step,
                                before);
        before = step;
        json_array_append_new(list, json_integer(step));
    }
    if (json_array_size(list) == 0)
        policy_file_mistake(reading->file, "FIELD_MISSING", policy_line(node), field->name,
                            "say on which days relative to the end of a cycle somebody is asked");
}

static void take_words(const struct policy_reading *reading, const struct policy_field *field,
                       const yaml_node_t *node)
{
    json_t *list = open_list(reading, field, node, LIST_MOST);

    for (const yaml_node_item_t *item = list ? node->data.sequence.items.start : NULL;
         list && item < node->data.sequence.items.top; item++) {
        const char *word = policy_word(reading, field, item_of(reading, item));
        if (word)
            json_array_append_new(list, json_string(word));
    }
}

static void take_references(const struct policy_reading *reading, const struct policy_field *field,
                            const yaml_node_t *node)
{
    json_t *list = open_list(reading, field, node, LIST_MOST);

    for (const yaml_node_item_t *item = list ? node->data.sequence.items.start : NULL;
         list && item < node->data.sequence.items.top; item++) {
        const char *key =
            policy_key(reading, field, item_of(reading, item), strcmp(field->name, "offices") == 0);
        if (key)
            json_array_append_new(list, json_string(key));
    }
}

/* One place of the ladder: {step: 14, rung: unit_head}. */
static void take_place(const struct policy_reading *reading, const struct policy_field *field,
                       const yaml_node_t *node, json_t *place)
{
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(reading->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(reading->document, pair->value);
        const char *name = policy_text(reading, field, key);
        long step;

        if (name && strcmp(name, "step") == 0) {
            if (policy_number(reading, field, value, &step))
                json_object_set_new(place, "step", json_integer(step));
        } else if (name && strcmp(name, "rung") == 0) {
            const char *rung = policy_word(reading, field, value);
            if (rung)
                json_object_set_new(place, "rung", json_string(rung));
        } else if (name) {
            policy_file_mistake(reading->file, "YAML_UNKNOWN_FIELD", policy_line(key), field->name,
                                "'%.*s': a place has step and rung", text_fit(name, 40), name);
        }
    }
}

static void take_ladder(const struct policy_reading *reading, const struct policy_field *field,
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
            policy_file_mistake(reading->file, "YAML_BAD_TYPE", policy_line(place), field->name,
                                "a place is written {step: 14, rung: unit_head}");
        json_decref(taken);
    }
}

/* The fields ------------------------------------------------------------------------------------
 */

static const struct policy_field fields[] = {
    {"policy", policy_take_name, NULL, 0, 0, true},
    {"title", policy_take_text, NULL, 0, 0, true},
    {"trigger", policy_take_word, &uptake__v1__trigger__descriptor, 0, 0, true},
    {"interval_months", policy_take_interval, NULL, 1, INTERVAL_MOST, false},
    {"go_live_on", policy_take_day, NULL, 0, 0, true},
    {"in_force_from", policy_take_day, NULL, 0, 0, false},
    {"anchor_on", policy_take_day, NULL, 0, 0, false},
    {"steps", take_steps, NULL, -STEP_DAYS, STEP_DAYS, true},
    {"ladder", take_ladder, &uptake__v1__rung__descriptor, -STEP_DAYS, STEP_DAYS, false},
    {"overseer", policy_take_unit, NULL, 0, 0, false},
    {"documents", take_references, NULL, 0, 0, false},
    {"offices", take_references, NULL, 0, 0, false},
    {"instruments", take_words, &uptake__v1__instrument__descriptor, 0, 0, false},
    {"working_day", policy_take_word, &uptake__v1__working_day__descriptor, 0, 0, false},
    {"most_reminders", policy_take_number, NULL, 0, REMINDERS_MOST, false},
    {"closes_after_days", policy_take_number, NULL, 0, CLOSES_DAYS, false},
    {"window_days", policy_take_number, NULL, 0, CLOSES_DAYS, false},
    {"active", policy_take_truth, NULL, 0, 0, true},
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static const struct policy_field *find_field(const char *name)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static void take_pair(const struct policy_reading *reading, const yaml_node_t *key,
                      const yaml_node_t *value)
{
    static const struct policy_field names = {.name = "policy"};
    struct policy_file *file = reading->file;
    const char *name = policy_text(reading, &names, key);
    const struct policy_field *field = name ? find_field(name) : NULL;

    if (!name)
        return;
    if (!field) {
        policy_file_mistake(
            file, "YAML_UNKNOWN_FIELD", policy_line(key), name, "%s",
            strcmp(name, "zone") == 0
                ? "a policy has no zone: its days are those of the register, and the "
                  "working days those of each recipient's duty station"
                : "there is no such field; `uptake policy show NAME` prints a whole "
                  "policy");
        return;
    }
    if (json_object_get(file->lines, name))
        policy_file_mistake(file, "YAML_FIELD_TWICE", policy_line(key), name,
                            "said before on line %d",
                            (int)json_integer_value(json_object_get(file->lines, name)));
    json_object_set_new(file->lines, name, json_integer(policy_line(key)));
    field->take(reading, field, value);
}

void policy_fields_take(struct policy_file *file, yaml_document_t *document,
                        const yaml_node_t *root)
{
    struct policy_reading reading = {file, document};

    if (root->type != YAML_MAPPING_NODE) {
        policy_file_mistake(file, "YAML_BAD", policy_line(root), "policy",
                            "a policy is a mapping, one 'field: value' a line");
        return;
    }
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
         pair < root->data.mapping.pairs.top; pair++)
        take_pair(&reading, yaml_document_get_node(document, pair->key),
                  yaml_document_get_node(document, pair->value));
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].needed && !json_object_get(file->lines, fields[i].name))
            policy_file_mistake(file, "FIELD_MISSING", policy_line(root), fields[i].name,
                                "a policy has to say this");
}
