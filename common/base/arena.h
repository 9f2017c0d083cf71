/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena - memory that lives as long as one message (or one file) and is dropped in one call.
 *
 * Handlers then contain no free; what outlives the message is copied out, visibly. A cap bounds
 * what one hostile message can cost.
 *
 * Threading: one thread at a time.   Alignment: every block suits any type.
 * Ownership: blocks belong to the arena; NULL means the cap is reached or memory is out.
 */
#ifndef UPTAKE_BASE_ARENA_H
#define UPTAKE_BASE_ARENA_H

#include "err.h"

#include <stddef.h>

struct arena_chunk;

/* A zeroed struct arena is empty and has no cap. */
struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t used;                /* bytes handed out, headers excluded */
    size_t cap;                 /* most bytes it may hand out; 0: no cap */
};

MUST_CHECK void *arena_alloc(struct arena *arena, size_t size);  /* not zeroed */
MUST_CHECK void *arena_zalloc(struct arena *arena, size_t size); /* zeroed */
MUST_CHECK char *arena_strdup(struct arena *arena, const char *text);
MUST_CHECK char *arena_strndup(struct arena *arena, const char *text, size_t len);
MUST_CHECK char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
MUST_CHECK void *arena_memdup(struct arena *arena, const void *bytes, size_t len);

/* Room for one more element behind `n` of `size` bytes each: the list itself, or a copy twice as
 * large; *room is how many it holds. NULL: the list stays as it was. */
MUST_CHECK void *arena_grow(struct arena *arena, void *list, int n, int *room, size_t size);

/* Keeps one chunk for the next message. */
void arena_reset(struct arena *arena);
/* Releases everything; the arena is empty again and may be used. */
void arena_finish(struct arena *arena);

#endif
