/* SPDX-License-Identifier: Apache-2.0 */
#include "scan.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { VARINT_BYTES_MAX = 10 };

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

static bool refuse(struct scan *scan, const char *code, const char *field, const char *format, ...)
    PRINTF_LIKE(4, 5);

static bool refuse(struct scan *scan, const char *code, const char *field, const char *format, ...)
{
    char place[sizeof(scan->err->place)];
    char text[sizeof(scan->err->text)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
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

int wire_elements_max(const ProtobufCFieldDescriptor *field)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return 1;
    if (strcmp(field->name, "rows") == 0)
        return WIRE_ROWS_MAX;
    return strcmp(field->name, "submissions") == 0 || strcmp(field->name, "message_ids") == 0
               ? WIRE_CHANGES_MAX
               : WIRE_ELEMENTS_MAX;
}

static bool count(struct scan *scan, struct level *level, const ProtobufCFieldDescriptor *field)
{
    const size_t index = (size_t)(field - level->type->fields);

    if (index >= sizeof(level->seen) / sizeof(level->seen[0]))
        return refuse(scan, "BAD_WIRE_FORMAT", field->name, "message has more fields than we read");
    if (++level->seen[index] <= wire_elements_max(field))
        return true;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return refuse(scan, "DUPLICATE_FIELD", field->name, "appears twice; send it once");
    return refuse(scan, "TOO_MANY_ELEMENTS", field->name,
                  "more elements than the limit %d; send fewer at a time",
                  wire_elements_max(field));
}

static bool check_text(struct scan *scan, const ProtobufCFieldDescriptor *field,
                       const uint8_t *bytes, size_t len)
{
    char place[sizeof(scan->err->place)];

    if (len > WIRE_TEXT_MAX)
        return refuse(scan, "FIELD_TOO_LONG", field->name, "%zu bytes, limit %d; shorten it", len,
                      WIRE_TEXT_MAX);
    describe_place(scan, field->name, place, sizeof(place));
    return text_check((const char *)bytes, len, place, scan->err);
}

/* Packed numbers: every element costs at least one byte here and eight in memory. */
static bool check_packed(struct scan *scan, const ProtobufCFieldDescriptor *field, size_t len)
{
    if (len <= WIRE_ELEMENTS_MAX)
        return true;
    return refuse(scan, "TOO_MANY_ELEMENTS", field->name,
                  "%zu bytes of numbers, limit %d; send fewer", len, WIRE_ELEMENTS_MAX);
}

static bool enter(struct scan *scan, const ProtobufCFieldDescriptor *field, const uint8_t *bytes,
                  size_t len)
{
    struct level *level;

    if (scan->depth == WIRE_DEPTH_MAX)
        return refuse(scan, "NESTING_TOO_DEEP", field->name, "limit %d levels", WIRE_DEPTH_MAX);
    level = &scan->levels[scan->depth++];
    *level = (struct level){
        .type = field->descriptor, .at = bytes, .end = bytes + len, .name = field->name};
    return true;
}

/* Where the message that is open now ends too early for what it says it holds. */
static bool refuse_truncated(struct scan *scan, unsigned field, size_t offset, uint64_t declared,
                             size_t remain)
{
    const struct level *level = &scan->levels[scan->depth - 1];

    if (declared > remain)
        return refuse(scan, "ENVELOPE_TRUNCATED", level->type->short_name,
                      "field %u at byte %zu declares %" PRIu64 " bytes, %zu remain", field, offset,
                      declared, remain);
    return refuse(scan, "ENVELOPE_TRUNCATED", level->type->short_name,
                  "field %u at byte %zu ends early; send the whole message", field, offset);
}

static bool refuse_format(struct scan *scan, const char *what, size_t offset)
{
    return refuse(scan, "BAD_WIRE_FORMAT", scan->levels[scan->depth - 1].type->short_name,
                  "%s at byte %zu", what, offset);
}

static bool read_tag(struct scan *scan, uint64_t *tag)
{
    struct level *level = &scan->levels[scan->depth - 1];
    const uint8_t *begin = level->at;
    const size_t offset = (size_t)(begin - scan->start);
    unsigned wire_type;

    if (!scan_varint(&level->at, level->end, tag)) {
        if (level->end - begin >= VARINT_BYTES_MAX)
            return refuse_format(scan, "a number of more than 64 bits", offset);
        return refuse_truncated(scan, 0, offset, 0, 0);
    }
    wire_type = (unsigned)(*tag & 7);
    if (wire_type == 6 || wire_type == 7)
        return refuse(scan, "ENVELOPE_UNREADABLE", level->type->short_name,
                      "cannot decode at byte %zu; is this protobuf?", offset);
    if (wire_type == 3 || wire_type == 4)
        return refuse_format(scan, "a group, which this protocol does not use,", offset);
    if (*tag >> 3 == 0 || *tag >> 3 > 0x1fffffff)
        return refuse_format(scan, "field number 0 or above 536870911", offset);
    return true;
}

static bool read_value(struct scan *scan, uint64_t tag, size_t offset, uint64_t *value)
{
    struct level *level = &scan->levels[scan->depth - 1];
    const uint8_t *begin = level->at;
    const size_t remain = (size_t)(level->end - begin);
    const bool has_varint = (tag & 7) == WIRE_TYPE_VARINT || (tag & 7) == WIRE_TYPE_BYTES;
    const uint8_t *at = begin;
    uint64_t declared = 0;

    if (scan_value(&level->at, level->end, (unsigned)(tag & 7), value))
        return true;
    if (has_varint && !scan_varint(&at, level->end, &declared)) {
        if (remain >= VARINT_BYTES_MAX)
            return refuse_format(scan, "a number of more than 64 bits",
                                 (size_t)(begin - scan->start));
        return refuse_truncated(scan, (unsigned)(tag >> 3), offset, 0, 0);
    }
    return refuse_truncated(scan, (unsigned)(tag >> 3), offset, declared,
                            (size_t)(level->end - at));
}

static bool take_field(struct scan *scan, const ProtobufCFieldDescriptor *field, unsigned wire_type,
                       uint64_t value)
{
    struct level *level = &scan->levels[scan->depth - 1];
    const bool packed = field->label == PROTOBUF_C_LABEL_REPEATED && wire_type == WIRE_TYPE_BYTES &&
                        !is_length_delimited(field->type);

    if (!packed && wire_type != expected_wire_type(field))
        return refuse(scan, "BAD_WIRE_FORMAT", field->name, "wrong wire type at byte %zu",
                      (size_t)(level->at - scan->start));
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

/* A field we do not know is not read, so its depth costs nothing; but a message inside a message
 * and so on, alone each, is nobody's newer version. */
static bool is_chain_too_deep(const uint8_t *at, size_t len, int depth)
{
    const uint8_t *end = at + len;
    uint64_t tag;
    uint64_t inner = 0;

    while (depth < WIRE_DEPTH_MAX && scan_varint(&at, end, &tag) && (tag & 7) == WIRE_TYPE_BYTES &&
           scan_varint(&at, end, &inner) && inner == (uint64_t)(end - at) && inner > 0)
        depth++;
    return depth == WIRE_DEPTH_MAX;
}

static bool pass_unknown(struct scan *scan, unsigned wire_type, uint64_t value)
{
    const struct level *level = &scan->levels[scan->depth - 1];

    if (wire_type == WIRE_TYPE_BYTES &&
        is_chain_too_deep(level->at - value, (size_t)value, scan->depth))
        return refuse(scan, "NESTING_TOO_DEEP", level->type->short_name, "limit %d levels",
                      WIRE_DEPTH_MAX);
    return ++scan->unknown <= WIRE_UNKNOWN_FIELDS_MAX ||
           refuse(scan, "TOO_MANY_UNKNOWN_FIELDS", level->type->short_name,
                  "more than %d; is this the right message?", WIRE_UNKNOWN_FIELDS_MAX);
}

static bool scan_field(struct scan *scan)
{
    struct level *level = &scan->levels[scan->depth - 1];
    const size_t offset = (size_t)(level->at - scan->start);
    const ProtobufCFieldDescriptor *field;
    uint64_t tag = 0;
    uint64_t value = 0;

    if (!read_tag(scan, &tag) || !read_value(scan, tag, offset, &value))
        return false;
    field = protobuf_c_message_descriptor_get_field(level->type, (unsigned)(tag >> 3));
    return field ? take_field(scan, field, (unsigned)(tag & 7), value)
                 : pass_unknown(scan, (unsigned)(tag & 7), value);
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
