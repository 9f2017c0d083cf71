/* SPDX-License-Identifier: Apache-2.0 */
#include "bodies.h"

#include "wire/wire.h"

#include <string.h>

enum { BUCKETS_FIRST = 256 };

/* Ids come from one sequence: their low bits are as good as a hash. */
static struct body **bucket_of(const struct bodies *bodies, int64_t change_id)
{
    return &bodies->buckets[(uint64_t)change_id & (uint64_t)(bodies->nbuckets - 1)];
}

static bool make_room(struct bodies *bodies, struct arena *arena)
{
    const struct bodies old = *bodies;
    int nbuckets = old.nbuckets ? 4 * old.nbuckets : BUCKETS_FIRST;
    struct body **buckets;

    if (old.nbuckets && old.n < 2 * old.nbuckets)
        return true;
    buckets = arena_zalloc(arena, (size_t)nbuckets * sizeof(*buckets));
    if (!buckets)
        return false;
    bodies->buckets = buckets;
    bodies->nbuckets = nbuckets;
    for (int i = 0; i < old.nbuckets; i++)
        for (struct body *body = old.buckets[i], *next; body; body = next) {
            struct body **bucket = bucket_of(bodies, body->change_id);
            next = body->next;
            body->next = *bucket;
            *bucket = body;
        }
    return true;
}

bool bodies_put(struct bodies *bodies, struct arena *arena, int64_t change_id, const uint8_t *bytes,
                size_t len, const Uptake__V1__Change *change)
{
    struct body *body = arena_alloc(arena, sizeof(*body));
    struct body **bucket;

    if (!body || !make_room(bodies, arena))
        return false;
    bucket = bucket_of(bodies, change_id);
    *body = (struct body){*bucket, change_id, bytes, len, change};
    *bucket = body;
    bodies->n++;
    return true;
}

bool bodies_find(struct bodies *bodies, struct arena *arena, int64_t change_id,
                 const Uptake__V1__Change **change)
{
    struct body *body = bodies->n && change_id ? *bucket_of(bodies, change_id) : NULL;
    struct err err;

    while (body && body->change_id != change_id)
        body = body->next;
    *change = NULL;
    if (!body || !body->bytes)
        return true;
    if (!body->change)
        body->change = (const Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor,
                                                               arena, body->bytes, body->len, &err);
    *change = body->change;
    return body->change != NULL;
}
