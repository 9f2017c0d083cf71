/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_fields - the fields of a policy, one row each: how its value is read from YAML and which
 * values there are.
 */
#ifndef UPTAKE_CLI_POLICY_FIELDS_H
#define UPTAKE_CLI_POLICY_FIELDS_H

#include "policy_file.h"

#include <yaml.h>

/* Takes all that the mapping says into the file's name, rule and references; mistakes are noted. */
void policy_fields_take(struct policy_file *file, yaml_document_t *document,
                        const yaml_node_t *root);

#endif
