/* SPDX-License-Identifier: Apache-2.0 */
#include "client_parts.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS_FIRST = 64 };

/* Ids are hashes or begin with a time: both halves count, spread by an odd multiplier. */
static size_t bucket_of(const struct unsettled *unsettled, const uint8_t id[MESSAGE_ID_BYTES])
{
    uint64_t halves[2];

    memcpy(halves, id, sizeof(halves));
    halves[0] =
        (halves[0] ^ (halves[1] * UINT64_C(0x9E3779B97F4A7C15))) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(halves[0] >> 32) & (unsettled->nbuckets - 1);
}

static void link_in(struct unsettled *unsettled, struct entry *entry)
{
    struct entry **at = &unsettled->buckets[bucket_of(unsettled, entry->message_id)];

    while (*at)
        at = &(*at)->chain;
    entry->chain = NULL;
    *at = entry;
}

static bool grow(struct unsettled *unsettled)
{
    const size_t n = unsettled->nbuckets ? 2 * unsettled->nbuckets : BUCKETS_FIRST;
    struct entry **buckets = calloc(n, sizeof(*buckets));

    if (!buckets)
        return false;
    free(unsettled->buckets);
    unsettled->buckets = buckets;
    unsettled->nbuckets = n;
    for (struct entry *e = unsettled->first; e; e = e->next)
        link_in(unsettled, e);
    return true;
}

bool unsettled_add(struct unsettled *unsettled, struct entry *entry)
{
    if (unsettled->n >= unsettled->nbuckets && !grow(unsettled))
        return false;
    entry->number = ++unsettled->given;
    entry->previous = unsettled->last;
    if (unsettled->last)
        unsettled->last->next = entry;
    else
        unsettled->first = entry;
    unsettled->last = entry;
    if (!unsettled->waiting)
        unsettled->waiting = entry;
    link_in(unsettled, entry);
    unsettled->n++;
    return true;
}

struct entry *unsettled_find(const struct unsettled *unsettled, const uint8_t *id, size_t len)
{
    struct entry *waiting = NULL;

    if (len != MESSAGE_ID_BYTES || !unsettled->n)
        return NULL;
    for (struct entry *e = unsettled->buckets[bucket_of(unsettled, id)]; e; e = e->chain) {
        if (memcmp(e->message_id, id, MESSAGE_ID_BYTES) != 0)
            continue;
        if (e->state != ENTRY_WAITING)
            return e;
        if (!waiting)
            waiting = e;
    }
    return waiting;
}

void unsettled_remove(struct unsettled *unsettled, struct entry *entry)
{
    struct entry **at = &unsettled->buckets[bucket_of(unsettled, entry->message_id)];

    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    if (unsettled->waiting == entry)
        unsettled->waiting = entry->next;
    if (entry->previous)
        entry->previous->next = entry->next;
    else
        unsettled->first = entry->next;
    if (entry->next)
        entry->next->previous = entry->previous;
    else
        unsettled->last = entry->previous;
    unsettled->n--;
}

void unsettled_return(struct unsettled *unsettled, struct entry *entry)
{
    entry->state = ENTRY_WAITING;
    if (!unsettled->waiting || entry->number < unsettled->waiting->number)
        unsettled->waiting = entry;
}

struct entry *unsettled_next_waiting(struct unsettled *unsettled)
{
    while (unsettled->waiting && unsettled->waiting->state != ENTRY_WAITING)
        unsettled->waiting = unsettled->waiting->next;
    return unsettled->waiting;
}

void unsettled_finish(struct unsettled *unsettled)
{
    while (unsettled->first) {
        struct entry *entry = unsettled->first;

        unsettled->first = entry->next;
        free(entry);
    }
    free(unsettled->buckets);
    *unsettled = (struct unsettled){0};
}
