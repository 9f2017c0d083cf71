/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_values.h"

#include "base/text.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BYTES = 40 }; /* of what stands in the place of a value */

int policy_line(const yaml_node_t *node)
{
    return (int)node->start_mark.line + 1;
}

/* NULL: it is no scalar, which is noted. */
const char *policy_text(const struct policy_reading *reading, const struct policy_field *field,
                        const yaml_node_t *node)
{
    if (node->type == YAML_SCALAR_NODE)
        return (const char *)node->data.scalar.value;
    policy_file_mistake(reading->file, "YAML_BAD_TYPE", policy_line(node), field->name,
                        "one value is meant here, not a list or a mapping");
    return NULL;
}

void policy_put(const struct policy_reading *reading, const char *name, json_t *value)
{
    json_object_set_new(reading->file->rule, name, value);
}

/* Values ----------------------------------------------------------------------------------------
 */

void policy_take_name(const struct policy_reading *reading, const struct policy_field *field,
                      const yaml_node_t *node)
{
    const char *text = policy_text(reading, field, node);

    if (!text)
        return;
    if (!text[0] || strlen(text) > 100 ||
        text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        policy_file_mistake(reading->file, "BAD_KEY", policy_line(node), field->name,
                            "'%.*s': small letters, digits and -, at most 100", text_fit(text, 60),
                            text);
    else
        reading->file->name = arena_strdup(reading->file->arena, text);
}

void policy_take_text(const struct policy_reading *reading, const struct policy_field *field,
                      const yaml_node_t *node)
{
    const char *text = policy_text(reading, field, node);

    if (text && !text[0])
        policy_file_mistake(reading->file, "FIELD_MISSING", policy_line(node), field->name,
                            "says nothing; write what the policy is for");
    else if (text)
        policy_put(reading, field->name, json_string(text));
}

void policy_take_day(const struct policy_reading *reading, const struct policy_field *field,
                     const yaml_node_t *node)
{
    const char *text = policy_text(reading, field, node);
    struct date day;
    struct err err;

    if (!text)
        return;
    if (date_parse_optional(text, field->name, &day, &err))
        policy_put(reading, field->name, json_string(text));
    else
        policy_file_mistake(reading->file, err.code, policy_line(node), field->name, "%s",
                            err.text);
}

bool policy_number(const struct policy_reading *reading, const struct policy_field *field,
                   const yaml_node_t *node, long *number)
{
    const char *text = policy_text(reading, field, node);
    char *end;

    if (!text)
        return false;
    *number = strtol(text, &end, 10);
    if (!text[0] || *end || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
        policy_file_mistake(reading->file, "YAML_BAD_TYPE", policy_line(node), field->name,
                            "'%.*s': a whole number is meant", text_fit(text, SHOWN_BYTES), text);
        return false;
    }
    if (*number >= field->least && *number <= field->most)
        return true;
    policy_file_mistake(reading->file, "NUMBER_RANGE", policy_line(node), field->name,
                        "%ld, allowed %d to %d", *number, field->least, field->most);
    return false;
}

void policy_take_number(const struct policy_reading *reading, const struct policy_field *field,
                        const yaml_node_t *node)
{
    long number;

    if (policy_number(reading, field, node, &number))
        policy_put(reading, field->name, json_integer(number));
}

void policy_take_interval(const struct policy_reading *reading, const struct policy_field *field,
                          const yaml_node_t *node)
{
    const char *text = policy_text(reading, field, node);

    if (text && strcmp(text, "0") == 0)
        policy_file_mistake(reading->file, "RULE_ENDLESS", policy_line(node), field->name,
                            "every 0 months comes to no end; write 1 to %d", field->most);
    else if (text)
        policy_take_number(reading, field, node);
}

void policy_take_truth(const struct policy_reading *reading, const struct policy_field *field,
                       const yaml_node_t *node)
{
    const char *text = policy_text(reading, field, node);

    if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        policy_file_mistake(reading->file, "YAML_BAD_TYPE", policy_line(node), field->name,
                            "'%.*s': true or false", text_fit(text, SHOWN_BYTES), text);
    else if (text)
        policy_put(reading, field->name, json_boolean(strcmp(text, "true") == 0));
}

const char *policy_word(const struct policy_reading *reading, const struct policy_field *field,
                        const yaml_node_t *node)
{
    const char *text = policy_text(reading, field, node);
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
    policy_file_mistake(reading->file, "ENUM_UNKNOWN", policy_line(node), field->name, "'%.*s': %s",
                        text_fit(text, SHOWN_BYTES), text, words);
    return NULL;
}

void policy_take_word(const struct policy_reading *reading, const struct policy_field *field,
                      const yaml_node_t *node)
{
    const char *word = policy_word(reading, field, node);

    if (word)
        policy_put(reading, field->name, json_string(word));
}

const char *policy_key(const struct policy_reading *reading, const struct policy_field *field,
                       const yaml_node_t *node, bool is_unit)
{
    const char *text = policy_text(reading, field, node);
    struct policy_file *file = reading->file;
    struct policy_reference *reference =
        text && text[0] ? arena_zalloc(file->arena, sizeof(*reference)) : NULL;
    bool is_code = is_unit && text && strncmp(text, "unit:", 5) != 0;

    if (!reference)
        return NULL;
    reference->key = arena_printf(file->arena, "%s%s", is_code ? "unit:" : "", text);
    reference->field = field->name;
    reference->line = policy_line(node);
    reference->is_unit = is_unit;
    reference->next = file->references;
    if (reference->key)
        file->references = reference;
    return reference->key;
}

void policy_take_unit(const struct policy_reading *reading, const struct policy_field *field,
                      const yaml_node_t *node)
{
    const char *key = policy_key(reading, field, node, true);

    if (key)
        policy_put(reading, field->name, json_string(key));
}
