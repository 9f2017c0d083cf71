/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments and arrays in the form libpq wants them. */
#include "store.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

enum {
    OID_INT8 = 20,
    OID_TEXT = 25,
    OID_BYTEA = 17,
    OID_INT8_ARRAY = 1016,
    OID_TEXT_ARRAY = 1009,
    OID_BYTEA_ARRAY = 1001,
    OID_UUID = 2950,
    OID_UUID_ARRAY = 2951,
    ARRAY_HEADER_BYTES = 20, /* dimensions, has-null flag, element type, length, lower bound */
};

static void put_arg(struct store_args *args, const char *value, size_t len, int format, Oid type)
{
    if (args->n == STORE_ARGS_MAX || len > INT32_MAX) {
        args->failed = true;
        return;
    }
    args->values[args->n] = value;
    args->lengths[args->n] = (int)len;
    args->formats[args->n] = format;
    args->types[args->n] = type;
    args->n++;
}

void store_arg_text(struct store_args *args, const char *value)
{
    put_arg(args, value, 0, 0, 0);
}

void store_arg_int(struct store_args *args, long long value)
{
    char *text = arena_printf(args->arena, "%lld", value);

    args->failed |= !text;
    put_arg(args, text, 0, 0, 0);
}

void store_arg_bool(struct store_args *args, bool value)
{
    put_arg(args, value ? "true" : "false", 0, 0, 0);
}

void store_arg_bytes(struct store_args *args, const void *bytes, size_t len)
{
    put_arg(args, bytes ? bytes : "", len, 1, OID_BYTEA);
}

void store_arg_time_us(struct store_args *args, int64_t us_since_1970)
{
    time_t seconds = (time_t)(us_since_1970 / 1000000);
    struct tm utc;
    char *text;

    gmtime_r(&seconds, &utc);
    text = arena_printf(args->arena, "%04d-%02d-%02d %02d:%02d:%02d.%06d+00", utc.tm_year + 1900,
                        utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                        (int)(us_since_1970 % 1000000));
    args->failed |= !text;
    put_arg(args, text, 0, 0, 0);
}

void store_array_init(struct store_array *array, struct arena *arena, enum store_array_type type)
{
    *array = (struct store_array){.arena = arena, .type = type, .len = ARRAY_HEADER_BYTES};
}

static uint8_t *reserve(struct store_array *array, size_t more)
{
    uint8_t *at;

    if (array->failed || array->len + more > INT32_MAX) {
        array->failed = true;
        return NULL;
    }
    if (array->len + more > array->room) {
        size_t room = (array->len + more) * 2;
        uint8_t *bytes = arena_alloc(array->arena, room);
        if (!bytes) {
            array->failed = true;
            return NULL;
        }
        if (array->bytes)
            memcpy(bytes, array->bytes, array->len);
        array->bytes = bytes;
        array->room = room;
    }
    at = array->bytes + array->len;
    array->len += more;
    return at;
}

static void put32(uint8_t *at, uint32_t value)
{
    value = htonl(value);
    memcpy(at, &value, 4);
}

void store_array_bytes(struct store_array *array, const void *bytes, size_t len)
{
    uint8_t *at = reserve(array, 4 + len);

    if (!at)
        return;
    put32(at, (uint32_t)len);
    if (len)
        memcpy(at + 4, bytes, len);
    array->n++;
}

void store_array_null(struct store_array *array)
{
    uint8_t *at = reserve(array, 4);

    if (!at)
        return;
    put32(at, UINT32_MAX); /* length -1 */
    array->has_null = true;
    array->n++;
}

void store_array_int(struct store_array *array, int64_t value)
{
    uint8_t big_endian[8];

    put32(big_endian, (uint32_t)((uint64_t)value >> 32));
    put32(big_endian + 4, (uint32_t)value);
    store_array_bytes(array, big_endian, sizeof(big_endian));
}

void store_array_text(struct store_array *array, const char *value)
{
    if (value)
        store_array_bytes(array, value, strlen(value));
    else
        store_array_null(array);
}

void store_arg_array(struct store_args *args, struct store_array *array)
{
    static const struct {
        Oid array, element;
    } types[] = {
        [STORE_INT8_ARRAY] = {OID_INT8_ARRAY, OID_INT8},
        [STORE_TEXT_ARRAY] = {OID_TEXT_ARRAY, OID_TEXT},
        [STORE_BYTEA_ARRAY] = {OID_BYTEA_ARRAY, OID_BYTEA},
        [STORE_UUID_ARRAY] = {OID_UUID_ARRAY, OID_UUID},
    };

    if (!array->bytes) {
        array->len = 0; /* nothing was put: the header is still to be made room for */
        if (!reserve(array, ARRAY_HEADER_BYTES)) {
            args->failed = true;
            return;
        }
    }
    put32(array->bytes, array->n > 0 ? 1 : 0);
    put32(array->bytes + 4, array->has_null ? 1 : 0);
    put32(array->bytes + 8, types[array->type].element);
    put32(array->bytes + 12, (uint32_t)array->n);
    put32(array->bytes + 16, 1);
    args->failed |= array->failed;
    /* An empty array has no dimensions and ends after the element type. */
    put_arg(args, (const char *)array->bytes, array->n > 0 ? array->len : 12, 1,
            types[array->type].array);
}
