/* SPDX-License-Identifier: Apache-2.0 */
#include "scan.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* One open message: what is left of it, and how often each of its fields has been seen. */
struct level {
    const ProtobufCMessageDescriptor *type;
    const uint8_t *at;
    const uint8_t *end;
    uint16_t seen[64]; /* by index of the descriptor's field list */
    const char *name;  /* field that opened it */
};

struct scan {
    struct level levels[WIRE_DEPTH_MAX];
    int depth;
    const uint8_t *start;
    int unknown;
    struct err *err;
};

bool scan_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    uint64_t result = 0;

    for (int shift = 0; *at < end && shift < 70; shift += 7) {
        uint8_t byte = *(*at)++;
        result |= (uint64_t)(byte & 0x7f) << (shift < 64 ? shift : 63);
        if (!(byte & 0x80)) {
            *value = result;
            return shift < 63 || byte <= 1;
        }
    }
    return false;
}

bool scan_value(const uint8_t **at, const uint8_t *end, unsigned wire_type, uint64_t *value)
{
    size_t step;

    switch (wire_type) {
    case WIRE_TYPE_VARINT:
        return scan_varint(at, end, value);
    case WIRE_TYPE_64BIT:
        step = 8;
        break;
    case WIRE_TYPE_32BIT:
        step = 4;
        break;
    case WIRE_TYPE_BYTES:
        if (!scan_varint(at, end, value) || *value > (uint64_t)(end - *at))
            return false;
        step = (size_t)*value;
        break;
    default:
        return false;
    }
    if (step > (size_t)(end - *at))
        return false;
    *at += step;
    return true;
}

static void describe_place(const struct scan *scan, const char *field, char *place, size_t size)
{
    size_t len = 0;

    place[0] = '\0';
    for (int i = 1; i < scan->depth && len < size; i++)
        len += (size_t)snprintf(place + len, size - len, "%s.", scan->levels[i].name);
    if (len < size)
        snprintf(place + len, size - len, "%s", field);
}

static bool refuse(struct scan *scan, const char *code, const char *field, const char *text)
{
    char place[96];

    describe_place(scan, field, place, sizeof(place));
    return err_set(scan->err, ERR_REJECT, code, place, "%s", text);
}

static bool is_length_delimited(ProtobufCType type)
{
    return type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_BYTES ||
           type == PROTOBUF_C_TYPE_MESSAGE;
}

static unsigned expected_wire_type(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_TYPE_BYTES;
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return WIRE_TYPE_64BIT;
    default:
        return WIRE_TYPE_VARINT;
    }
}

/* How often a field may stand in one message. */
static uint16_t limit_of(const ProtobufCFieldDescriptor *field)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return 1;
    return strcmp(field->name, "submissions") == 0 || strcmp(field->name, "message_ids") == 0
               ? WIRE_CHANGES_MAX
               : WIRE_ELEMENTS_MAX;
}

static bool count(struct scan *scan, struct level *level, const ProtobufCFieldDescriptor *field)
{
    size_t index = (size_t)(field - level->type->fields);
    char text[64];

    if (index >= sizeof(level->seen) / sizeof(level->seen[0]))
        return refuse(scan, "BAD_WIRE_FORMAT", field->name, "message has more fields than we read");
    if (++level->seen[index] <= limit_of(field))
        return true;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return refuse(scan, "DUPLICATE_FIELD", field->name, "appears twice; send it once");
    snprintf(text, sizeof(text), "more than %d elements; send fewer at a time", limit_of(field));
    return refuse(scan, "TOO_MANY_ELEMENTS", field->name, text);
}

static bool check_text(struct scan *scan, const ProtobufCFieldDescriptor *field,
                       const uint8_t *bytes, size_t len)
{
    char place[96];

    if (len > WIRE_TEXT_MAX) {
        char text[64];
        snprintf(text, sizeof(text), "%zu bytes, limit %d; shorten it", len, WIRE_TEXT_MAX);
        return refuse(scan, "FIELD_TOO_LONG", field->name, text);
    }
    describe_place(scan, field->name, place, sizeof(place));
    return text_check((const char *)bytes, len, place, scan->err);
}

/* Packed numbers: every element costs at least one byte here and eight in memory. */
static bool check_packed(struct scan *scan, const ProtobufCFieldDescriptor *field, size_t len)
{
    if (len <= WIRE_ELEMENTS_MAX)
        return true;
    return refuse(scan, "TOO_MANY_ELEMENTS", field->name, "too many numbers; send fewer");
}

static bool enter(struct scan *scan, const ProtobufCFieldDescriptor *field, const uint8_t *bytes,
                  size_t len)
{
    struct level *level;

    if (scan->depth == WIRE_DEPTH_MAX)
        return refuse(scan, "NESTING_TOO_DEEP", field->name, "more than 16 levels");
    level = &scan->levels[scan->depth++];
    *level = (struct level){
        .type = field->descriptor, .at = bytes, .end = bytes + len, .name = field->name};
    return true;
}

static bool scan_field(struct scan *scan)
{
    struct level *level = &scan->levels[scan->depth - 1];
    size_t offset = (size_t)(level->at - scan->start);
    const ProtobufCFieldDescriptor *field;
    uint64_t tag = 0;
    uint64_t value = 0;
    unsigned wire_type;
    bool packed;

    if (!scan_varint(&level->at, level->end, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff) {
        char text[64];
        snprintf(text, sizeof(text), "no field tag at byte %zu", offset);
        return refuse(scan, "BAD_WIRE_FORMAT", level->type->short_name, text);
    }
    wire_type = (unsigned)(tag & 7);
    field = protobuf_c_message_descriptor_get_field(level->type, (unsigned)(tag >> 3));
    if (!scan_value(&level->at, level->end, wire_type, &value)) {
        char text[96];
        snprintf(text, sizeof(text), "field %u at byte %zu does not fit into its message",
                 (unsigned)(tag >> 3), offset);
        return refuse(scan, "MESSAGE_TRUNCATED", level->type->short_name, text);
    }
    if (!field) {
        if (++scan->unknown > WIRE_UNKNOWN_FIELDS_MAX)
            return refuse(scan, "TOO_MANY_UNKNOWN_FIELDS", level->type->short_name,
                          "more than 64; is this the right message?");
        return true;
    }
    packed = field->label == PROTOBUF_C_LABEL_REPEATED && wire_type == WIRE_TYPE_BYTES &&
             !is_length_delimited(field->type);
    if (!packed && wire_type != expected_wire_type(field))
        return refuse(scan, "BAD_WIRE_FORMAT", field->name, "wrong wire type");
    if (!count(scan, level, field))
        return false;
    if (packed)
        return check_packed(scan, field, (size_t)value);
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return check_text(scan, field, level->at - value, (size_t)value);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return enter(scan, field, level->at - value, (size_t)value);
    return true;
}

bool scan_message(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t len,
                  struct err *err)
{
    struct scan scan = {.depth = 1, .start = bytes, .err = err};

    scan.levels[0] = (struct level){.type = type, .at = bytes, .end = bytes + len};
    while (scan.depth > 0) {
        struct level *level = &scan.levels[scan.depth - 1];
        if (level->at == level->end)
            scan.depth--;
        else if (!scan_field(&scan))
            return false;
    }
    return true;
}
