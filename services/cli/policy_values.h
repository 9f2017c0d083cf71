/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_values - single values of a policy file: how each kind is read from its YAML node. What is
 * wrong is noted in the file, with its line.
 */
#ifndef UPTAKE_CLI_POLICY_VALUES_H
#define UPTAKE_CLI_POLICY_VALUES_H

#include "policy_file.h"

#include <protobuf-c/protobuf-c.h>
#include <yaml.h>

struct policy_reading {
    struct policy_file *file;
    yaml_document_t *document;
};

struct policy_field;
typedef void policy_take_fn(const struct policy_reading *reading, const struct policy_field *field,
                            const yaml_node_t *node);

struct policy_field {
    const char *name;
    policy_take_fn *take;
    const ProtobufCEnumDescriptor *words; /* NULL: none */
    int least, most;                      /* of a number */
    bool needed;
};

int policy_line(const yaml_node_t *node);
/* NULL: it is no scalar. */
const char *policy_text(const struct policy_reading *reading, const struct policy_field *field,
                        const yaml_node_t *node);
void policy_put(const struct policy_reading *reading, const char *name, json_t *value);
bool policy_number(const struct policy_reading *reading, const struct policy_field *field,
                   const yaml_node_t *node, long *number);
/* NULL: none of the field's words. */
const char *policy_word(const struct policy_reading *reading, const struct policy_field *field,
                        const yaml_node_t *node);
/* The key of what is named, to be looked up later; NULL: it names nothing. */
const char *policy_key(const struct policy_reading *reading, const struct policy_field *field,
                       const yaml_node_t *node, bool is_unit);

policy_take_fn policy_take_name, policy_take_text, policy_take_day, policy_take_number,
    policy_take_interval, policy_take_truth, policy_take_word, policy_take_unit;

#endif
