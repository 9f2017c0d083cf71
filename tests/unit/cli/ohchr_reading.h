/* SPDX-License-Identifier: Apache-2.0 */
/* ohchr_reading - reads a document in a test and finds its records again. */
#ifndef UPTAKE_TESTS_OHCHR_READING_H
#define UPTAKE_TESTS_OHCHR_READING_H

#include "import/ohchr.h"
#include "import/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char sample[] = UPTAKE_SOURCE_DIR "/deploy/sample";

/* What reading one file gave: one JSON object per record. */
struct reading {
    struct document document;
    struct source_file file;
    struct directory directory;
    json_t *records;
};

static inline void load_units(struct reading *reading, const char *name)
{
    char path[512];
    struct err err;

    snprintf(path, sizeof(path), "%s/%s", sample, name);
    if (!directory_read_file(&reading->directory, path, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

/* reading->file is filled. */
static inline void read_records(struct reading *reading)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    struct err err;
    char *line;
    char *rest;

    assert_non_null(stream);
    reading->document.file = &reading->file;
    if (!ohchr_read(&reading->document, &reading->directory, &err) ||
        !records_write(&reading->document, stream, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
    fclose(stream);
    reading->records = json_array();
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        json_array_append_new(reading->records, json_loads(line, 0, NULL));
    free(text);
}

static inline void read_path(struct reading *reading, const char *path)
{
    struct err err;

    if (!source_file_read(path, &reading->document.arena, &reading->file, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
    assert_true(ohchr_recognise(reading->file.text));
    read_records(reading);
}

static inline void read_text(struct reading *reading, const char *text)
{
    reading->file =
        (struct source_file){.path = "text", .name = "text", .text = text, .len = strlen(text)};
    assert_true(ohchr_recognise(text));
    read_records(reading);
}

static inline void release(struct reading *reading)
{
    json_decref(reading->records);
    document_finish(&reading->document);
    directory_finish(&reading->directory);
}

static inline const char *text_of(const json_t *record, const char *name)
{
    const char *text = json_string_value(json_object_get(record, name));

    return text ? text : "";
}

static inline bool is(const json_t *record, const char *name, const char *value)
{
    return strcmp(text_of(record, name), value) == 0;
}

/* The n-th (from 0) record of a type in the first document, or in the quoted one. */
static inline json_t *record_of(const struct reading *reading, int document, const char *type,
                                int n)
{
    size_t index;
    json_t *each;
    int at = -1;

    json_array_foreach(reading->records, index, each)
    {
        at += is(each, "type", "document");
        if (at == document && is(each, "type", type) && n-- == 0)
            return each;
    }
    return NULL;
}

static inline json_t *record(const struct reading *reading, const char *type, int n)
{
    return record_of(reading, 0, type, n);
}

static inline int count(const struct reading *reading, const char *type)
{
    int n = 0;

    while (record(reading, type, n))
        n++;
    return n;
}

static inline json_t *recommendation(const struct reading *reading, const char *parent,
                                     const char *code)
{
    for (int i = 0; record(reading, "recommendation", i); i++) {
        json_t *each = record(reading, "recommendation", i);
        if (is(each, "code", code) && is(each, "parent", parent))
            return each;
    }
    fail_msg("no recommendation %s of \"%s\"", code, parent);
    return NULL;
}

static inline const json_t *finding(const struct reading *reading, const char *code,
                                    const char *subject)
{
    for (int i = 0; record(reading, "finding", i); i++) {
        const json_t *each = record(reading, "finding", i);
        if (is(each, "code", code) && is(each, "subject", subject))
            return each;
    }
    return NULL;
}

/* Joins texts to a set: "a;b". */
static inline void put(char *set, size_t room, const char *item)
{
    snprintf(set + strlen(set), room - strlen(set), "%s%s", *set ? ";" : "", item);
}

static inline void words_of(const json_t *list, char *set, size_t room)
{
    size_t index;
    json_t *word;

    *set = '\0';
    json_array_foreach(list, index, word) put(set, room, json_string_value(word));
}

#endif
