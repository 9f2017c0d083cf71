/* SPDX-License-Identifier: Apache-2.0 */
/* Enum words: POSITION_NOT_ACCEPTED of enum Position is written "not_accepted". */
#include "wire.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORD_BYTES = 64, WORDS_MAX = 256 };

/* Length of "POSITION_" for Position, "ITEM_KIND_" for ItemKind. */
static size_t prefix_length(const ProtobufCEnumDescriptor *type)
{
    size_t len = 1;

    for (const char *c = type->short_name; *c; c++)
        len += c > type->short_name && isupper((unsigned char)*c) ? 2 : 1;
    return len;
}

/* The lower-case forms are made once and kept: there are few, and they are asked for often. */
static const char *lower_case(const char *name)
{
    static struct {
        const char *name;
        char word[WORD_BYTES];
    } known[WORDS_MAX];
    static int n;

    for (int i = 0; i < n; i++)
        if (known[i].name == name)
            return known[i].word;
    if (n == WORDS_MAX)
        return NULL;
    known[n].name = name;
    for (size_t i = 0; name[i] && i < WORD_BYTES - 1; i++)
        known[n].word[i] = (char)tolower((unsigned char)name[i]);
    return known[n++].word;
}

const char *wire_word(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);

    return known ? lower_case(known->name + prefix_length(type)) : NULL;
}

bool wire_word_value(const ProtobufCEnumDescriptor *type, const char *word, int *value)
{
    for (unsigned i = 0; i < type->n_values; i++) {
        const char *own = wire_word(type, type->values[i].value);
        if (own && strcmp(own, word) == 0) {
            *value = type->values[i].value;
            return true;
        }
    }
    return false;
}
