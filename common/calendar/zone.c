/* SPDX-License-Identifier: Apache-2.0 */
#include "zone.h"
#include "zone_rule.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    FILE_BYTES_MAX = 64 * 1024,
    HEADER_BYTES = 44,
    CHANGES_MAX = 4096,
    DAY_SECONDS = 86400,
};

static const char zone_folder[] = "/usr/share/zoneinfo";

struct zone {
    int nchanges;
    int64_t *changes; /* instants, ascending, seconds since 1970 */
    int32_t *offsets; /* in force from changes[i] on */
    int32_t first;    /* in force before the first change */
    bool has_rule;    /* the footer's rule holds after the last change */
    struct zone_rule rule;
};

/* Counts in a TZif header, in the file's order. */
struct tzif_counts {
    uint32_t ut, std, leap, time, type, chars;
};

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_i64(const uint8_t *at)
{
    return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

static bool read_header(const uint8_t *at, size_t len, struct tzif_counts *counts)
{
    if (len < HEADER_BYTES || memcmp(at, "TZif", 4) != 0 || at[4] < '2')
        return false;
    counts->ut = read_u32(at + 20);
    counts->std = read_u32(at + 24);
    counts->leap = read_u32(at + 28);
    counts->time = read_u32(at + 32);
    counts->type = read_u32(at + 36);
    counts->chars = read_u32(at + 40);
    return counts->ut <= CHANGES_MAX && counts->std <= CHANGES_MAX && counts->leap <= CHANGES_MAX &&
           counts->time <= CHANGES_MAX && counts->type >= 1 && counts->type <= 256 &&
           counts->chars <= CHANGES_MAX;
}

static size_t block_bytes(const struct tzif_counts *counts, size_t time_bytes)
{
    return counts->time * (time_bytes + 1) + counts->type * 6 + counts->chars +
           counts->leap * (time_bytes + 4) + counts->std + counts->ut;
}

/* The 64-bit block of the file: changes, the offset each brings, and the footer's rule. */
static bool read_block(struct zone *zone, const uint8_t *at, size_t len,
                       const struct tzif_counts *counts)
{
    size_t block = block_bytes(counts, 8);
    const uint8_t *kinds = at + counts->time * 8;
    const uint8_t *types = kinds + counts->time;
    char footer[128];
    size_t footer_len;

    if (len < block + 2)
        return false;
    zone->changes = calloc(counts->time + 1, sizeof(*zone->changes));
    zone->offsets = calloc(counts->time + 1, sizeof(*zone->offsets));
    if (!zone->changes || !zone->offsets)
        return false;
    zone->first = (int32_t)read_u32(types);
    for (uint32_t i = 0; i < counts->time; i++) {
        if (kinds[i] >= counts->type)
            return false;
        zone->changes[i] = read_i64(at + i * 8);
        zone->offsets[i] = (int32_t)read_u32(types + kinds[i] * 6);
    }
    zone->nchanges = (int)counts->time;
    footer_len = len - block - 2;
    if (footer_len >= sizeof(footer) || at[block] != '\n')
        return false;
    memcpy(footer, at + block + 1, footer_len);
    footer[footer_len] = '\0';
    zone->has_rule = footer_len > 0;
    return !zone->has_rule || zone_rule_parse(footer, &zone->rule);
}

/* A version 2 file begins with a 32-bit block for old readers; the block we use follows it. */
static bool read_file(struct zone *zone, const uint8_t *bytes, size_t len)
{
    struct tzif_counts counts;
    size_t skip;

    if (!read_header(bytes, len, &counts))
        return false;
    skip = HEADER_BYTES + block_bytes(&counts, 4);
    if (skip > len || !read_header(bytes + skip, len - skip, &counts))
        return false;
    skip += HEADER_BYTES;
    return read_block(zone, bytes + skip, len - skip, &counts);
}

static bool is_zone_name(const char *name)
{
    return *name && *name != '/' && strlen(name) < 64 && !strstr(name, "..") &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-") ==
               strlen(name);
}

struct zone *zone_open(const char *name, struct err *err)
{
    uint8_t bytes[FILE_BYTES_MAX];
    char path[128];
    struct zone *zone;
    FILE *file;
    size_t len;

    if (!is_zone_name(name))
        return err_null(err, ERR_REJECT, "ZONE_UNKNOWN", "zone", "write a zone like Europe/Zurich");
    snprintf(path, sizeof(path), "%s/%s", zone_folder, name);
    file = fopen(path, "rb");
    if (!file)
        return err_null(err, ERR_REJECT, "ZONE_UNKNOWN", name,
                        "no such zone (%s); write one like Europe/Zurich, and see that package "
                        "tzdata is installed",
                        strerror(errno));
    len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    zone = calloc(1, sizeof(*zone));
    if (!zone)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", name, "cannot allocate");
    if (!read_file(zone, bytes, len)) {
        zone_close(zone);
        return err_null(err, ERR_FATAL, "ZONE_FILE_BAD", name,
                        "the zone file cannot be read; install package tzdata again");
    }
    return zone;
}

void zone_close(struct zone *zone)
{
    if (!zone)
        return;
    free(zone->changes);
    free(zone->offsets);
    free(zone);
}

static int offset_at(const struct zone *zone, int64_t at)
{
    int low = 0;
    int high = zone->nchanges;

    while (low < high) {
        int middle = low + (high - low) / 2;
        if (zone->changes[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->nchanges && zone->has_rule)
        return zone_rule_offset(&zone->rule, at);
    return low == 0 ? zone->first : zone->offsets[low - 1];
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

void zone_local(const struct zone *zone, int64_t time_us, struct zone_time *local)
{
    int64_t at = floor_div(time_us, 1000000);
    int offset = offset_at(zone, at);
    int64_t shifted = at + offset;
    int64_t days = floor_div(shifted, DAY_SECONDS);

    local->date = date_from_days((int32_t)days);
    local->second_of_day = (int)(shifted - days * DAY_SECONDS);
    local->offset = offset;
}

struct date zone_date(const struct zone *zone, int64_t time_us)
{
    struct zone_time local;

    zone_local(zone, time_us, &local);
    return local.date;
}

int64_t zone_instant(const struct zone *zone, struct date date, int second_of_day)
{
    int64_t as_utc = (int64_t)date_to_days(date) * DAY_SECONDS + second_of_day;
    /* Offsets in force a day to either side: both are tried, the earlier one first, so that
     * of two equal clock times the first is taken; in a gap the earlier offset moves the clock on.
     */
    int before = offset_at(zone, as_utc - DAY_SECONDS);
    int after = offset_at(zone, as_utc + DAY_SECONDS);
    int64_t at = as_utc - before;

    if (offset_at(zone, at) != before && offset_at(zone, as_utc - after) == after)
        at = as_utc - after;
    return at * 1000000;
}

bool date_today(const char *zone_name, struct date *today, struct err *err)
{
    struct zone *zone = zone_open(zone_name, err);
    struct timespec now;

    if (!zone)
        return false;
    clock_gettime(CLOCK_REALTIME, &now);
    *today = zone_date(zone, (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    zone_close(zone);
    return true;
}
