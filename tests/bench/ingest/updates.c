/* SPDX-License-Identifier: Apache-2.0 */
#include "updates.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uptake/v1/items.pb-c.h>

enum { NARRATIVE = 250, NUMBER_BYTES = 7 };

static bool read_action(const char *line, struct action *a)
{
    return sscanf(line,
                  "%47s %47s %" SCNd64 " %" SCNd64 " %23s %10s %d %" SCNd64 " %" SCNd64 " %" SCNd64
                  " %" SCNd64,
                  a->document, a->key, &a->item_id, &a->revision, a->progress, a->due_on,
                  &a->due_day, &a->scopes[0], &a->scopes[1], &a->scopes[2], &a->scopes[3]) == 11;
}

static long common_divisor(long a, long b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

static bool read_all(struct actions *actions, FILE *file, const char *path, struct err *err)
{
    long room = 0;
    char line[512];

    while (fgets(line, sizeof(line), file)) {
        if (actions->n == room) {
            struct action *more;

            room = room ? 2 * room : 1024;
            more = realloc(actions->list, (size_t)room * sizeof(*more));
            if (!more)
                return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", path, "too many actions");
            actions->list = more;
        }
        actions->list[actions->n] = (struct action){0};
        if (!read_action(line, &actions->list[actions->n]))
            return err_set(err, ERR_FATAL, "LIST_UNREADABLE", path, "line %ld", actions->n + 1);
        actions->n++;
    }
    if (actions->n == 0)
        return err_set(err, ERR_FATAL, "LIST_EMPTY", path, "no action in it");
    return true;
}

bool actions_load(struct actions *actions, const char *path, struct err *err)
{
    FILE *file = fopen(path, "r");
    bool good;

    *actions = (struct actions){0};
    if (!file)
        return err_set(err, ERR_FATAL, "LIST_UNREADABLE", path, "%s", strerror(errno));
    good = read_all(actions, file, path, err);
    fclose(file);
    actions->stride = actions->n * 618 / 1000 + 1;
    while (good && common_divisor(actions->stride, actions->n) != 1)
        actions->stride++;
    return good;
}

void actions_finish(struct actions *actions)
{
    free(actions->list);
    *actions = (struct actions){0};
}

long actions_at(const struct actions *actions, uint64_t number)
{
    return (long)(number % (uint64_t)actions->n * (uint64_t)actions->stride % (uint64_t)actions->n);
}

/* Text that hardly compresses better than people's, and differs from report to report. */
static void write_narrative(char text[NARRATIVE + 1], int64_t seed)
{
    static const char letters[] = "etaoinshrdlucmfwypvbgkjqxz etaoin";
    uint64_t x = (uint64_t)seed * 0x9E3779B97F4A7C15u + 1;

    for (int i = 0; i < NARRATIVE; i++) {
        if (i % 8 == 0) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        text[i] = letters[(x >> (i % 8 * 8)) & 31];
    }
    text[0] = text[NARRATIVE - 1] = 'e';
    text[NARRATIVE] = '\0';
}

bool update_make(const struct action *action, int64_t base, enum update_kind kind,
                 struct update *update)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
    Uptake__V1__HoldSet hold = UPTAKE__V1__HOLD_SET__INIT;
    char narrative[NARRATIVE + 1];

    write_narrative(narrative, action->item_id * 1000003 + base);
    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change.document = (char *)(uintptr_t)action->document;
    change.subject = (char *)(uintptr_t)action->key;
    change.base_revision = (uint64_t)base;
    report.progress = base % 2 ? UPTAKE__V1__PROGRESS__PROGRESS_INITIATED
                               : UPTAKE__V1__PROGRESS__PROGRESS_ONGOING;
    report.narrative = narrative;
    report.reported_on = (char *)(uintptr_t) "2026-06-30";
    report.precision = UPTAKE__V1__PRECISION__PRECISION_DAY;
    change.progress_report = &report;
    if (kind == UPDATE_BESIDE) {
        hold.hold = UPTAKE__V1__HOLD__HOLD_NONE;
        change.hold_set = &hold;
    }
    if (uptake__v1__change__get_packed_size(&change) > UPDATE_BYTES)
        return false;
    update->len = uptake__v1__change__pack(&change, update->body);
    update->progress = base % 2 ? "initiated" : "ongoing";
    sha256(update->body, update->len, update->sha256);
    return true;
}

void update_number(struct update *update, uint64_t run_ms, unsigned sender, uint64_t number)
{
    for (int i = 0; i < 6; i++)
        update->id[i] = (uint8_t)(run_ms >> (40 - 8 * i));
    update->id[6] = 0x70;
    update->id[7] = (uint8_t)sender;
    update->id[8] = 0x80;
    for (int i = 0; i < NUMBER_BYTES; i++)
        update->id[9 + i] = (uint8_t)(number >> (8 * (NUMBER_BYTES - 1 - i)));
}

uint64_t update_number_of(const uint8_t id[UPDATE_ID_BYTES])
{
    uint64_t number = 0;

    for (int i = 0; i < NUMBER_BYTES; i++)
        number = number << 8 | id[9 + i];
    return number;
}
