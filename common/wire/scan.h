/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan - looks at encoded bytes before protobuf-c may. Private to this folder.
 *
 * Iterative, with a stack of WIRE_DEPTH_MAX levels, so that no input can exhaust the C stack.
 */
#ifndef UPTAKE_WIRE_SCAN_H
#define UPTAKE_WIRE_SCAN_H

#include "wire.h"

MUST_CHECK bool scan_message(const ProtobufCMessageDescriptor *type, const uint8_t *bytes,
                             size_t len, struct err *err);

/* Reads one varint; false at the end of the bytes or past 10 bytes. Moves *at. */
bool scan_varint(const uint8_t **at, const uint8_t *end, uint64_t *value);

enum {
    WIRE_TYPE_VARINT = 0,
    WIRE_TYPE_64BIT = 1,
    WIRE_TYPE_BYTES = 2,
    WIRE_TYPE_32BIT = 5,
};

/* Steps over the value behind a tag; false if it does not fit. Moves *at behind it; for
 * WIRE_TYPE_BYTES *value is its length and *at stands behind the last byte. */
bool scan_value(const uint8_t **at, const uint8_t *end, unsigned wire_type, uint64_t *value);

#endif
