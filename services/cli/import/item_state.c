/* SPDX-License-Identifier: Apache-2.0 */
#include "import/item_state.h"

#include "base/bytes.h"
#include "wire/wire.h"

#include <string.h>

enum { FIRST_GROUP_FIELD = 16 };

struct item_state item_state_find(const json_t *states, const char *key)
{
    const json_t *item = json_object_get(states, key);

    return (struct item_state){
        .revision = (uint64_t)json_integer_value(json_object_get(item, "revision")),
        .groups = json_object_get(item, "groups"),
        .progress_history = json_object_get(item, "progress_history"),
    };
}

static bool hash(const ProtobufCMessage *group, struct arena *arena, char hex[SHA256_HEX],
                 struct err *err)
{
    uint8_t digest[SHA256_BYTES];
    size_t len;
    const uint8_t *bytes = wire_pack(group, arena, &len);

    if (!bytes)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "change", "cannot pack a field group");
    sha256(bytes, len, digest);
    bytes_to_hex(digest, sizeof(digest), hex);
    return true;
}

bool item_state_reduce(const struct item_state *state, Uptake__V1__Change *change,
                       struct arena *arena, int *left, struct err *err)
{
    const ProtobufCMessageDescriptor *type = change->base.descriptor;

    *left = 0;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        ProtobufCMessage **slot = (ProtobufCMessage **)((char *)change + field->offset);
        char hex[SHA256_HEX];
        const char *known;
        if (field->id < FIRST_GROUP_FIELD || !*slot)
            continue;
        if (!hash(*slot, arena, hex, err))
            return false;
        known = json_string_value(json_object_get(state->groups, field->name));
        if (known && strcmp(known, hex) == 0)
            *slot = NULL;
        else
            (*left)++;
    }
    return true;
}

bool item_state_has_report(const struct item_state *state, const Uptake__V1__ProgressReport *report,
                           struct arena *arena, bool *has, struct err *err)
{
    char hex[SHA256_HEX];
    size_t index;
    const json_t *known;

    *has = false;
    if (!hash(&report->base, arena, hex, err))
        return false;
    for (index = 0; index < json_array_size(state->progress_history) && !*has; index++) {
        known = json_array_get(state->progress_history, index);
        *has = json_is_string(known) && strcmp(json_string_value(known), hex) == 0;
    }
    return true;
}
