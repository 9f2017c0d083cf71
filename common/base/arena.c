/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Chunks double, so that a small message costs little and a large one few allocations. */
enum { CHUNK_FIRST_BYTES = 1024, CHUNK_MOST_BYTES = 64 * 1024 };

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

static struct arena_chunk *add_chunk(struct arena *arena, size_t at_least)
{
    size_t size = arena->chunks ? 2 * arena->chunks->size : CHUNK_FIRST_BYTES;
    struct arena_chunk *chunk;

    if (size > CHUNK_MOST_BYTES)
        size = CHUNK_MOST_BYTES;
    if (size < at_least)
        size = at_least;
    chunk = malloc(sizeof(*chunk) + size);
    if (!chunk)
        return NULL;
    chunk->size = size;
    chunk->used = 0;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t step = alignof(max_align_t);
    size_t rounded = (size + step - 1) / step * step;
    struct arena_chunk *chunk = arena->chunks;
    void *block;

    if (rounded < size || (arena->cap && rounded > arena->cap - arena->used))
        return NULL;
    if (!chunk || chunk->size - chunk->used < rounded) {
        chunk = add_chunk(arena, rounded);
        if (!chunk)
            return NULL;
    }
    block = chunk->bytes + chunk->used;
    chunk->used += rounded;
    arena->used += rounded;
    return block;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    void *block = arena_alloc(arena, size);

    return block ? memset(block, 0, size) : NULL;
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t len)
{
    void *block = arena_alloc(arena, len);

    return block && len ? memcpy(block, bytes, len) : block;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);

    if (!copy)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    char *text = NULL;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    if (len >= 0)
        text = arena_alloc(arena, (size_t)len + 1);
    if (text)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void *arena_grow(struct arena *arena, void *list, int n, int *room, size_t size)
{
    int more = *room ? 2 * *room : 64;
    void *grown;

    if (n < *room)
        return list;
    grown = arena_alloc(arena, (size_t)more * size);
    if (!grown)
        return NULL;
    if (n > 0)
        memcpy(grown, list, (size_t)n * size);
    *room = more;
    return grown;
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *keep = arena->chunks;

    if (!keep)
        return;
    arena->chunks = keep->next;
    arena_finish(arena);
    keep->next = NULL;
    keep->used = 0;
    arena->chunks = keep;
}

void arena_finish(struct arena *arena)
{
    while (arena->chunks) {
        struct arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        free(chunk);
    }
    arena->used = 0;
}
