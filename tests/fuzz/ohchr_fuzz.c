/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a management response: what passes the checks of a file is read and printed as
 * records, by turns with and without a directory of units. */
#include "base/text.h"
#include "import/ohchr.h"
#include "import/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The directory of the seeds, as a register would know it. */
static void load_units(struct directory *directory)
{
    struct err err;

    if (!directory_read_file(directory, UPTAKE_SOURCE_DIR "/deploy/sample/ohchr/lagoon-units.jsonl",
                             &err))
        abort();
}

static void check(const struct document *document)
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document document = {0};
    struct directory directory = {0};
    struct source_file file = {.path = "fuzz", .name = "fuzz", .len = size};
    char *text = malloc(size + 1);
    FILE *nowhere = fopen("/dev/null", "w");
    struct err err;

    if (!text || !nowhere)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    file.text = text;
    document.file = &file;
    /* A file with such bytes is refused before any reader sees it. */
    if (text_check(text, size, "fuzz", &err)) {
        if (size % 2)
            load_units(&directory);
        if (ohchr_read(&document, &directory, &err)) {
            for (const struct document *each = &document; each; each = each->quoted)
                check(each);
            if (!records_write(&document, nowhere, &err))
                abort();
        } else if (!err.code || !*err.place || !*err.text) {
            abort();
        }
    }
    fclose(nowhere);
    free(text);
    document_finish(&document);
    directory_finish(&directory);
    return 0;
}
