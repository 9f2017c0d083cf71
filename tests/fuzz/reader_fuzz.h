/* SPDX-License-Identifier: Apache-2.0 */
/* reader_fuzz - any bytes as a document: what passes the checks of a file is read by one reader and
 * printed as records; what is refused says why and where. */
#ifndef UPTAKE_TESTS_READER_FUZZ_H
#define UPTAKE_TESTS_READER_FUZZ_H

#include "base/text.h"
#include "import/directory.h"
#include "import/document.h"
#include "import/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef bool reader_fn(struct document *document, struct directory *directory, struct err *err);
typedef bool recognise_fn(const char *text);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void check_document(const struct document *document)
{
    for (const struct recommendation *each = document->recommendations; each; each = each->next) {
        if (!each->code || !each->text)
            abort();
        for (const struct action *action = each->actions; action; action = action->next)
            if (!action->code || !action->text)
                abort();
    }
    for (const struct finding *finding = document->findings; finding; finding = finding->next)
        if (!finding->subject || !finding->message || !finding->remedy || finding->line < 1)
            abort();
}

/* The directory as a register would know it; text is what text_check let pass. */
static inline void read_text(reader_fn *reader, const char *text, size_t size, const char *units)
{
    struct source_file file = {.path = "fuzz", .name = "fuzz", .text = text, .len = size};
    struct document document = {.file = &file, .read_on = {2024, 6, 30}};
    struct directory directory = {0};
    FILE *nowhere = fopen("/dev/null", "w");
    struct err err;

    if (!nowhere || (units && !directory_read_file(&directory, units, &err)))
        abort();
    if (reader(&document, &directory, &err)) {
        for (const struct document *each = &document; each; each = each->quoted)
            check_document(each);
        if (!records_write(&document, nowhere, &err))
            abort();
    } else if (!err.code || !*err.place || !*err.text) {
        abort();
    }
    fclose(nowhere);
    document_finish(&document);
    directory_finish(&directory);
}

/* units: by turns with and without this directory. */
static inline void fuzz_reader(const uint8_t *data, size_t size, reader_fn *reader,
                               recognise_fn *recognise, const char *units)
{
    char *text = malloc(size + 1);
    struct err err;

    if (!text)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    /* A file with such bytes is refused before any reader sees it. */
    if (text_check(text, size, "fuzz", &err)) {
        recognise(text);
        read_text(reader, text, size, size % 2 ? units : NULL);
    }
    free(text);
}

#endif
