/* SPDX-License-Identifier: Apache-2.0 */
/* What the score of two texts rests on, in words for people. */
#include "likeness_set.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 6, PASSAGES_MAX = 2, PASSAGE_WORDS_MIN = 2, PASSAGE_BYTES = 90 };

/* Words so many times fainter than the best are not told. */
static const double FAINT = 20;

/* A word that both texts have, or a passage of such words. */
struct shared {
    int first, last; /* words of the first text */
    double weight;
};

struct explaining {
    struct likeness *set;
    const struct likeness_entry *a;
    const struct likeness_entry *b;
    struct likeness_word *words; /* of a */
    int nwords;
    struct shared *found;
    int nfound;
    struct arena scratch;
    struct arena *arena;
    const char **reasons;
    int n;
    bool failed;
};

static double weight_in_both(const struct explaining *e, uint64_t term)
{
    const struct likeness_term *a = likeness_term_of(e->a, term);
    const struct likeness_term *b = likeness_term_of(e->b, term);

    return a && b ? a->weight * b->weight : 0;
}

static int heaviest_first(const void *a, const void *b)
{
    const struct shared *left = a;
    const struct shared *right = b;

    if (left->weight != right->weight)
        return left->weight > right->weight ? -1 : 1;
    return left->first - right->first;
}

static void add_reason(struct explaining *e, struct text_buffer *buffer)
{
    const char *copy = buffer->failed ? NULL : arena_strdup(e->arena, buffer->text);

    if (!copy)
        e->failed = true;
    else if (e->n < LIKENESS_REASONS)
        e->reasons[e->n++] = copy;
    text_buffer_finish(buffer);
}

/* On one line; what is too long ends in "...", never within a character. */
static void put_span(struct text_buffer *buffer, const char *text, size_t len)
{
    const size_t from = buffer->len;
    bool blank = false;

    for (size_t i = 0; i < len; i++) {
        const bool begins = ((unsigned char)text[i] & 0xC0) != 0x80;
        if (begins && buffer->len - from >= PASSAGE_BYTES) {
            text_put(buffer, "...");
            return;
        }
        if ((unsigned char)text[i] > ' ') {
            if (blank)
                text_put(buffer, " ");
            text_put_bytes(buffer, text + i, 1);
        }
        blank = (unsigned char)text[i] <= ' ';
    }
}

static void put_found(struct explaining *e, struct text_buffer *buffer, const struct shared *shared)
{
    const struct likeness_word *first = &e->words[shared->first];
    const struct likeness_word *last = &e->words[shared->last];

    put_span(buffer, e->a->text + first->at, last->at + last->len - first->at);
}

/* Passages ------------------------------------------------------------------------------------ */

/* Runs of words of a whose every neighbouring pair stands in b as well. */
static void find_passages(struct explaining *e)
{
    struct shared run = {0};

    e->nfound = 0;
    for (int i = 1; i <= e->nwords; i++) {
        const double weight =
            i < e->nwords
                ? weight_in_both(e, likeness_stems_join(e->words[i - 1].stem, e->words[i].stem))
                : 0;
        if (weight > 0) {
            if (run.weight == 0)
                run.first = i - 1;
            run.last = i;
            run.weight += weight;
            continue;
        }
        if (run.weight > 0 && run.last - run.first + 1 >= PASSAGE_WORDS_MIN)
            e->found[e->nfound++] = run;
        run.weight = 0;
    }
    qsort(e->found, (size_t)e->nfound, sizeof(*e->found), heaviest_first);
}

/* Both begin and go on alike: "human rights" here and there. */
static bool is_same_passage(const struct explaining *e, const struct shared *a,
                            const struct shared *b)
{
    return a->last - a->first == b->last - b->first && a->weight == b->weight &&
           e->words[a->first].stem == e->words[b->first].stem;
}

static void tell_passages(struct explaining *e)
{
    struct text_buffer buffer = {0};
    int told = 0;

    for (int i = 0; i < e->nfound && told < PASSAGES_MAX; i++) {
        if (i && is_same_passage(e, &e->found[i - 1], &e->found[i]))
            continue;
        text_put(&buffer, told++ ? "; \"" : "same passage: \"");
        put_found(e, &buffer, &e->found[i]);
        text_put(&buffer, "\"");
    }
    if (told)
        add_reason(e, &buffer);
}

/* Words --------------------------------------------------------------------------------------- */

static bool is_known(const struct explaining *e, uint64_t stem)
{
    for (int i = 0; i < e->nfound; i++)
        if (e->words[e->found[i].first].stem == stem)
            return true;
    return false;
}

enum sort { SORT_WORD, SORT_NAME, SORT_NUMBER };

static void find_words(struct explaining *e, enum sort sort)
{
    e->nfound = 0;
    for (int i = 0; i < e->nwords; i++) {
        const struct likeness_word *word = &e->words[i];
        const double weight = weight_in_both(e, word->stem);
        const enum sort own = word->is_number ? SORT_NUMBER : word->is_name ? SORT_NAME : SORT_WORD;
        if (weight > 0 && own == sort && !is_known(e, word->stem))
            e->found[e->nfound++] = (struct shared){i, i, weight};
    }
    qsort(e->found, (size_t)e->nfound, sizeof(*e->found), heaviest_first);
}

static void tell_words(struct explaining *e, enum sort sort, const char *heading)
{
    struct text_buffer buffer = {0};

    find_words(e, sort);
    for (int i = 0; i < e->nfound && i < WORDS_MAX; i++) {
        if (e->found[i].weight * FAINT < e->found[0].weight)
            break;
        text_put(&buffer, i ? ", " : heading);
        put_found(e, &buffer, &e->found[i]);
    }
    if (e->nfound)
        add_reason(e, &buffer);
}

static void tell_themes(struct explaining *e)
{
    struct text_buffer buffer = {0};
    int n = 0;

    for (int i = 0; i < e->a->nthemes; i++) {
        if (weight_in_both(e, likeness_theme_term(e->a->themes[i])) <= 0)
            continue;
        text_put(&buffer, n++ ? ", " : "same theme: ");
        put_span(&buffer, e->a->themes[i], strlen(e->a->themes[i]));
    }
    if (n)
        add_reason(e, &buffer);
}

int likeness_explain(struct likeness *set, int a, int b, struct arena *arena,
                     const char *reasons[LIKENESS_REASONS])
{
    struct explaining e = {.set = set,
                           .a = &set->entries[a],
                           .b = &set->entries[b],
                           .arena = arena,
                           .reasons = reasons};

    e.words =
        likeness_weigh(set) ? likeness_words(set->lexicon, e.a->text, &e.scratch, &e.nwords) : NULL;
    e.found = e.words ? arena_alloc(&e.scratch, (size_t)(e.nwords + 1) * sizeof(*e.found)) : NULL;
    e.failed = !e.found;
    if (e.found) {
        find_passages(&e);
        tell_passages(&e);
        tell_words(&e, SORT_WORD, "words in both: ");
        tell_words(&e, SORT_NAME, "names in both: ");
        tell_words(&e, SORT_NUMBER, "numbers in both: ");
        tell_themes(&e);
    }
    arena_finish(&e.scratch);
    return e.failed ? -1 : e.n;
}
