/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire - bytes to messages and back, safely.
 *
 * protobuf-c has no depth limit, checks no UTF-8, lets the last of two equal fields win and turns 2
 * MB of empty sub-messages into 40 MB of heap. So bytes from outside are scanned first, without
 * recursion, and unpacked into an arena with a cap.
 *
 * Threading: any.   Ownership: messages live in the arena.
 */
#ifndef UPTAKE_WIRE_WIRE_H
#define UPTAKE_WIRE_WIRE_H

#include "base/arena.h"
#include "base/err.h"

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

enum {
    WIRE_VERSION = 1,
    WIRE_DEPTH_MAX = 16,
    WIRE_UNKNOWN_FIELDS_MAX = 64,
    WIRE_TEXT_MAX = 64 * 1024,          /* bytes in one text field                     */
    WIRE_ELEMENTS_MAX = 1000,           /* elements of one repeated field of one message */
    WIRE_CHANGES_MAX = 50,              /* submissions in one Push                       */
    WIRE_BODY_MAX = 128 * 1024,         /* bytes of one change                           */
    WIRE_ROWS_MAX = WIRE_BODY_MAX / 32, /* of a return, each with a unit and its counts */
};

/* Scans, then unpacks. NULL with ERR_REJECT: EMPTY_MESSAGE, ENVELOPE_UNREADABLE,
 * ENVELOPE_TRUNCATED, MESSAGE_TOO_LARGE (needs more than the arena's cap), BAD_WIRE_FORMAT,
 * NESTING_TOO_DEEP, TOO_MANY_ELEMENTS, TOO_MANY_UNKNOWN_FIELDS, DUPLICATE_FIELD, BAD_UTF8,
 * BAD_CHARACTER, FIELD_TOO_LONG; place is the field path. */
MUST_CHECK ProtobufCMessage *wire_unpack(const ProtobufCMessageDescriptor *type,
                                         struct arena *arena, const uint8_t *bytes, size_t len,
                                         struct err *err);

/* How often the field may stand in one message. */
int wire_elements_max(const ProtobufCFieldDescriptor *field);

/* Packed bytes in the arena; NULL when out of memory. */
MUST_CHECK uint8_t *wire_pack(const ProtobufCMessage *message, struct arena *arena, size_t *len);

/* The bytes of one field of the packed message, without tag and length; false if absent. The bytes
 * must have passed wire_unpack once. */
bool wire_field(const uint8_t *bytes, size_t len, uint32_t field, const uint8_t **at,
                size_t *field_len);

/* Enum words as the project writes them everywhere: POSITION_NOT_ACCEPTED <-> "not_accepted".
 * The text of wire_word is static; NULL for an unknown number. */
const char *wire_word(const ProtobufCEnumDescriptor *type, int value);
MUST_CHECK bool wire_word_value(const ProtobufCEnumDescriptor *type, const char *word, int *value);

/* Messages as JSON objects: field names as in the proto, enums as words, bytes as hexadecimal,
 * 64-bit numbers as numbers, default values left out. Reading refuses unknown names and wrong types
 * (JSON_UNKNOWN_FIELD, JSON_BAD_TYPE, ENUM_UNKNOWN) with their path. */
MUST_CHECK json_t *wire_to_json(const ProtobufCMessage *message);
MUST_CHECK ProtobufCMessage *wire_from_json(const ProtobufCMessageDescriptor *type, json_t *json,
                                            struct arena *arena, struct err *err);

#endif
