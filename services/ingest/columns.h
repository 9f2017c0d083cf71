/* SPDX-License-Identifier: Apache-2.0 */
/*
 * columns - rows on their way into one set-based statement: a parallel array per column.
 *
 * columns_init, put row by row, then columns_step hands all to the statement as its first
 * parameters.
 */
#ifndef UPTAKE_INGEST_COLUMNS_H
#define UPTAKE_INGEST_COLUMNS_H

#include "batch.h"

enum { COLUMNS_MAX = 18 };

struct columns {
    struct arena *arena;
    struct store_array array[COLUMNS_MAX];
    int n;
};

/* One letter per column: i bigint, t text, b bytea. */
void columns_init(struct columns *columns, struct arena *arena, const char *types);
int columns_rows(const struct columns *columns);
/* Adds the statement with all columns as arguments; further arguments may follow. */
struct store_args *columns_step(struct steps *steps, const char *sql, struct columns *columns);

void put_id(struct store_array *array, int64_t id);         /* 0: NULL */
void put_date(struct store_array *array, const char *date); /* "": NULL */
/* An array literal such as {1,2}, for a cast in the statement. */
void put_ints(struct columns *columns, int at, const int64_t *values, int n);
/* A JSON list of strings. */
void put_texts(struct columns *columns, int at, char *const *texts, size_t n);
/* The word of an enum value; NULL for 0 where that means "not said". */
const char *word_or_null(const ProtobufCEnumDescriptor *type, int value);

#endif
