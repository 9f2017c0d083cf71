/* SPDX-License-Identifier: Apache-2.0 */
#include "records.h"

#include <stdlib.h>
#include <string.h>

bool record_write(FILE *file, const uint8_t id[UPDATE_ID_BYTES], long action, int64_t base)
{
    struct record record = {.action = (uint32_t)action, .base = (uint32_t)base};

    memcpy(record.id, id, UPDATE_ID_BYTES);
    return fwrite(&record, sizeof(record), 1, file) == 1;
}

static void shuffle(struct record *records, uint64_t n)
{
    uint64_t x = 88172645463325252u; /* xorshift */

    for (uint64_t i = n; i > 1; i--) {
        const struct record last = records[i - 1];

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        records[i - 1] = records[x % i];
        records[x % i] = last;
    }
}

static struct record *read_all(FILE *file, uint64_t *n)
{
    struct record *records;
    long bytes;

    if (fseek(file, 0, SEEK_END) != 0 || (bytes = ftell(file)) < (long)sizeof(*records))
        return NULL;
    rewind(file);
    *n = (uint64_t)bytes / sizeof(*records);
    records = malloc((size_t)bytes);
    if (records && fread(records, sizeof(*records), (size_t)*n, file) != *n) {
        free(records);
        return NULL;
    }
    return records;
}

struct record *records_read(const char *path, long nactions, uint64_t *n, struct err *err)
{
    FILE *file = fopen(path, "rb");
    struct record *records = file ? read_all(file, n) : NULL;
    bool good = records != NULL;

    if (file)
        fclose(file);
    for (uint64_t i = 0; good && i < *n; i++)
        good = records[i].action < (uint64_t)nactions;
    if (!good) {
        free(records);
        return err_null(err, ERR_FATAL, "RECORDS_UNREADABLE", path,
                        "no records of a run over these actions");
    }
    shuffle(records, *n);
    return records;
}
