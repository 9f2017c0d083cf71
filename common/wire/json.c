/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as JSON, by walking the descriptors. No message type refers to itself, so the recursion
 * is as deep as the schema and no deeper. */
#include "wire.h"

#include "base/bytes.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t element_size(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    default:
        return 4;
    }
}

/* To JSON ------------------------------------------------------------------------------------- */

static json_t *bytes_value(const ProtobufCBinaryData *data)
{
    char *hex = malloc(2 * data->len + 1);
    json_t *value;

    if (!hex)
        return NULL;
    bytes_to_hex(data->data, data->len, hex);
    value = json_string(hex);
    free(hex);
    return value;
}

static json_t *value_of(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
        return json_integer(*(const int32_t *)at);
    case PROTOBUF_C_TYPE_UINT32:
        return json_integer(*(const uint32_t *)at);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
        return json_integer(*(const int64_t *)at);
    case PROTOBUF_C_TYPE_UINT64:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)at);
    case PROTOBUF_C_TYPE_ENUM: {
        const char *word = wire_word(field->descriptor, *(const int *)at);
        return word ? json_string(word) : json_integer(*(const int *)at);
    }
    case PROTOBUF_C_TYPE_STRING:
        return json_string(*(char *const *)at ? *(char *const *)at : "");
    case PROTOBUF_C_TYPE_BYTES:
        return bytes_value(at);
    case PROTOBUF_C_TYPE_MESSAGE:
        return wire_to_json(*(ProtobufCMessage *const *)at);
    default:
        return NULL; /* no such type in our schema */
    }
}

static bool is_default(const ProtobufCFieldDescriptor *field, const void *at)
{
    static const char zero[8];

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return !*(char *const *)at || !**(char *const *)at;
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *)at)->len == 0;
    case PROTOBUF_C_TYPE_MESSAGE:
        return !*(ProtobufCMessage *const *)at;
    default:
        return memcmp(at, zero, element_size(field->type)) == 0;
    }
}

static json_t *list_of(const ProtobufCFieldDescriptor *field, const char *elements, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < n; i++)
        if (json_array_append_new(list, value_of(field, elements + i * element_size(field->type))) <
            0) {
            json_decref(list);
            list = NULL;
        }
    return list;
}

json_t *wire_to_json(const ProtobufCMessage *message)
{
    json_t *object = json_object();

    for (unsigned i = 0; object && i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *at = (const char *)message + field->offset;
        json_t *value;

        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)((const char *)message + field->quantifier_offset);
            if (n == 0)
                continue;
            value = list_of(field, *(char *const *)at, n);
        } else if (is_default(field, at)) {
            continue;
        } else {
            value = value_of(field, at);
        }
        if (json_object_set_new(object, field->name, value) < 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

/* From JSON ----------------------------------------------------------------------------------- */

struct reader {
    struct arena *arena;
    struct err *err;
    char path[96];
};

static bool bad_type(struct reader *reader, const char *wanted)
{
    return err_set(reader->err, ERR_REJECT, "JSON_BAD_TYPE", reader->path, "expected %s", wanted);
}

static ProtobufCMessage *read_message(struct reader *reader, const ProtobufCMessageDescriptor *type,
                                      json_t *json);

static bool read_text(struct reader *reader, json_t *json, char **at)
{
    if (!json_is_string(json))
        return bad_type(reader, "a string");
    if (!text_check(json_string_value(json), json_string_length(json), reader->path, reader->err))
        return false;
    *at = arena_strdup(reader->arena, json_string_value(json));
    return *at || err_set(reader->err, ERR_RETRY, "OUT_OF_MEMORY", reader->path, "too large");
}

static bool read_bytes(struct reader *reader, json_t *json, ProtobufCBinaryData *at)
{
    size_t len = json_string_length(json) / 2;

    if (!json_is_string(json))
        return bad_type(reader, "a string of hexadecimal digits");
    at->data = arena_alloc(reader->arena, len + 1);
    at->len = len;
    if (!at->data || !bytes_from_hex(json_string_value(json), at->data, len))
        return bad_type(reader, "hexadecimal digits");
    return true;
}

static bool read_number(struct reader *reader, const ProtobufCFieldDescriptor *field, json_t *json,
                        void *at)
{
    json_int_t number = json_integer_value(json);

    if (!json_is_integer(json))
        return bad_type(reader, "a whole number");
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
        if (number < INT32_MIN || number > INT32_MAX)
            return bad_type(reader, "a number of 32 bits");
        *(int32_t *)at = (int32_t)number;
        return true;
    case PROTOBUF_C_TYPE_UINT32:
        if (number < 0 || number > UINT32_MAX)
            return bad_type(reader, "a number from 0 to 4294967295");
        *(uint32_t *)at = (uint32_t)number;
        return true;
    case PROTOBUF_C_TYPE_UINT64:
        if (number < 0)
            return bad_type(reader, "a number that is not negative");
        *(uint64_t *)at = (uint64_t)number;
        return true;
    default:
        *(int64_t *)at = number;
        return true;
    }
}

static bool read_value(struct reader *reader, const ProtobufCFieldDescriptor *field, json_t *json,
                       void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)at = json_is_true(json);
        return json_is_boolean(json) || bad_type(reader, "true or false");
    case PROTOBUF_C_TYPE_ENUM:
        if (!json_is_string(json))
            return bad_type(reader, "a word");
        return wire_word_value(field->descriptor, json_string_value(json), at) ||
               err_set(reader->err, ERR_REJECT, "ENUM_UNKNOWN", reader->path,
                       "\"%.40s\" is no %s; see proto/uptake/v1/words.proto",
                       json_string_value(json),
                       ((const ProtobufCEnumDescriptor *)field->descriptor)->short_name);
    case PROTOBUF_C_TYPE_STRING:
        return read_text(reader, json, at);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(reader, json, at);
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)at = read_message(reader, field->descriptor, json);
        return *(ProtobufCMessage **)at != NULL;
    default:
        return read_number(reader, field, json, at);
    }
}

static bool read_list(struct reader *reader, const ProtobufCFieldDescriptor *field, json_t *json,
                      ProtobufCMessage *message)
{
    const size_t size = element_size(field->type);
    size_t n = json_array_size(json);
    char *elements;

    if (!json_is_array(json))
        return bad_type(reader, "a list");
    if (n > (size_t)wire_elements_max(field))
        return err_set(reader->err, ERR_REJECT, "TOO_MANY_ELEMENTS", reader->path, "limit %d",
                       wire_elements_max(field));
    elements = arena_zalloc(reader->arena, n * size + 1);
    if (!elements)
        return err_set(reader->err, ERR_RETRY, "OUT_OF_MEMORY", reader->path, "too large");
    for (size_t i = 0; i < n; i++)
        if (!read_value(reader, field, json_array_get(json, i), elements + i * size))
            return false;
    *(size_t *)((char *)message + field->quantifier_offset) = n;
    *(char **)((char *)message + field->offset) = elements;
    return true;
}

static bool read_field(struct reader *reader, ProtobufCMessage *message, const char *name,
                       json_t *json)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    size_t len = strlen(reader->path);
    bool good;

    snprintf(reader->path + len, sizeof(reader->path) - len, "%s%.60s", len ? "." : "", name);
    if (!field)
        return err_set(reader->err, ERR_REJECT, "JSON_UNKNOWN_FIELD", reader->path,
                       "%s has no such field; see proto/uptake/v1",
                       message->descriptor->short_name);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        good = read_list(reader, field, json, message);
    else
        good = read_value(reader, field, json, (char *)message + field->offset);
    if (good)
        reader->path[len] = '\0';
    return good;
}

static ProtobufCMessage *read_message(struct reader *reader, const ProtobufCMessageDescriptor *type,
                                      json_t *json)
{
    ProtobufCMessage *message = arena_zalloc(reader->arena, type->sizeof_message);
    const char *name;
    json_t *value;

    if (!json_is_object(json)) {
        (void)bad_type(reader, "an object");
        return NULL;
    }
    if (!message)
        return err_null(reader->err, ERR_RETRY, "OUT_OF_MEMORY", reader->path, "too large");
    protobuf_c_message_init(type, message);
    json_object_foreach(json, name, value)
    {
        if (!read_field(reader, message, name, value))
            return NULL;
    }
    return message;
}

ProtobufCMessage *wire_from_json(const ProtobufCMessageDescriptor *type, json_t *json,
                                 struct arena *arena, struct err *err)
{
    struct reader reader = {.arena = arena, .err = err};

    return read_message(&reader, type, json);
}
