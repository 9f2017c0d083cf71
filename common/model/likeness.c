/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness.h"

#include "likeness_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How much a sequence of two or three words counts beside a word. */
static const double SEQUENCE = 0.5;

struct likeness *likeness_create(void)
{
    struct likeness *set = calloc(1, sizeof(*set));

    if (set)
        set->lexicon = likeness_lexicon_make(&set->arena);
    if (set && set->lexicon)
        return set;
    likeness_destroy(set);
    return NULL;
}

void likeness_destroy(struct likeness *set)
{
    if (!set)
        return;
    arena_finish(&set->index);
    arena_finish(&set->arena);
    free(set);
}

/* Terms of a text ----------------------------------------------------------------------------- */

static int by_term(const void *a, const void *b)
{
    const struct likeness_term *left = a;
    const struct likeness_term *right = b;

    return left->term < right->term ? -1 : left->term > right->term;
}

/* Sorted, each term once. What is said again and again adds less and less. */
static int settle(struct likeness_term *terms, int n)
{
    int kept = 0;

    qsort(terms, (size_t)n, sizeof(*terms), by_term);
    for (int i = 0; i < n; i++) {
        if (kept && terms[kept - 1].term == terms[i].term)
            terms[kept - 1].said += terms[i].said;
        else
            terms[kept++] = terms[i];
    }
    for (int i = 0; i < kept; i++)
        if (terms[i].said > 1)
            terms[i].said = 1 + log(terms[i].said);
    return kept;
}

uint64_t likeness_theme_term(const char *theme)
{
    return likeness_stems_join(0x7468656d65u, likeness_stem_of(theme));
}

/* The words, and the sequences that end in each. */
static int put_terms(struct likeness_term *terms, const struct likeness_word *words, int nwords)
{
    int n = 0;

    for (int i = 0; i < nwords; i++) {
        uint64_t sequence = words[i].stem;
        double counts = words[i].counts;
        terms[n++] = (struct likeness_term){.term = sequence, .said = counts};
        for (int back = 1; back <= 2 && back <= i; back++) {
            sequence = likeness_stems_join(words[i - back].stem, sequence);
            counts += words[i - back].counts;
            terms[n++] =
                (struct likeness_term){.term = sequence, .said = SEQUENCE * counts / (back + 1)};
        }
    }
    return n;
}

static bool read_terms(struct likeness *set, struct likeness_entry *entry)
{
    struct arena scratch = {0};
    int nwords = 0;
    struct likeness_word *words = likeness_words(set->lexicon, entry->text, &scratch, &nwords);
    struct likeness_term *terms =
        words ? arena_alloc(&scratch, (size_t)(3 * nwords + entry->nthemes + 1) * sizeof(*terms))
              : NULL;

    if (terms) {
        int n = put_terms(terms, words, nwords);
        for (int i = 0; i < entry->nthemes; i++)
            terms[n++] =
                (struct likeness_term){.term = likeness_theme_term(entry->themes[i]), .said = 1};
        entry->nterms = settle(terms, n);
        entry->terms =
            arena_memdup(&set->arena, terms, (size_t)(entry->nterms + 1) * sizeof(*terms));
    }
    arena_finish(&scratch);
    return terms && entry->terms;
}

static bool copy_themes(struct likeness *set, struct likeness_entry *entry,
                        const struct likeness_text *text)
{
    const char **themes = arena_zalloc(&set->arena, (size_t)(text->nthemes + 1) * sizeof(*themes));

    for (int i = 0; themes && i < text->nthemes; i++) {
        themes[i] = arena_strdup(&set->arena, text->themes[i]);
        if (!themes[i])
            return false;
    }
    entry->themes = themes;
    entry->nthemes = text->nthemes;
    return themes != NULL;
}

int likeness_add(struct likeness *set, const struct likeness_text *text)
{
    struct likeness_entry entry = {.group = text->group, .aside = text->aside};
    struct likeness_entry *entries =
        arena_grow(&set->arena, set->entries, set->n, &set->room, sizeof(*entries));

    if (!entries)
        return -1;
    set->entries = entries;
    entry.text = arena_strdup(&set->arena, text->text);
    if (!entry.text || !copy_themes(set, &entry, text) || !read_terms(set, &entry))
        return -1;
    set->entries[set->n] = entry;
    set->weighed = false;
    return set->n++;
}

/* Weights ------------------------------------------------------------------------------------- */

static struct likeness_row *row_of(const struct likeness *set, uint64_t term)
{
    size_t at = (term ^ term >> 32) & (set->nrows - 1);

    while (set->rows[at].texts && set->rows[at].term != term)
        at = (at + 1) & (set->nrows - 1);
    return &set->rows[at];
}

static bool count_texts(struct likeness *set, size_t *nterms, int *ntexts)
{
    *nterms = 0;
    *ntexts = 0;
    for (int i = 0; i < set->n; i++) {
        *ntexts += !set->entries[i].aside;
        *nterms += set->entries[i].aside ? 0 : (size_t)set->entries[i].nterms;
    }
    for (set->nrows = 64; set->nrows < *nterms + *nterms / 2;)
        set->nrows *= 2;
    set->rows = arena_zalloc(&set->index, set->nrows * sizeof(*set->rows));
    for (int i = 0; set->rows && i < set->n; i++) {
        const struct likeness_entry *entry = &set->entries[i];
        for (int t = 0; !entry->aside && t < entry->nterms; t++) {
            struct likeness_row *row = row_of(set, entry->terms[t].term);
            row->term = entry->terms[t].term;
            row->texts++;
        }
    }
    return set->rows != NULL;
}

/* A term that no text has (but one that stands aside) counts as if one had it. */
static void weigh_entry(const struct likeness *set, struct likeness_entry *entry, int ntexts)
{
    double squares = 0;

    for (int t = 0; t < entry->nterms; t++) {
        struct likeness_term *term = &entry->terms[t];
        const uint32_t texts = row_of(set, term->term)->texts;
        term->weight = term->said * log((ntexts + 1.0) / (texts ? texts : 1));
        squares += term->weight * term->weight;
    }
    entry->length = sqrt(squares);
}

/* Only terms that two texts share lead from one to the other. */
static bool place_terms(struct likeness *set)
{
    size_t nplaces = 0;

    for (size_t i = 0; i < set->nrows; i++) {
        set->rows[i].first = (uint32_t)nplaces;
        nplaces += set->rows[i].texts > 1 ? set->rows[i].texts : 0;
    }
    set->places = arena_alloc(&set->index, (nplaces + 1) * sizeof(*set->places));
    for (int i = 0; set->places && i < set->n; i++) {
        const struct likeness_entry *entry = &set->entries[i];
        for (int t = 0; !entry->aside && t < entry->nterms; t++) {
            struct likeness_row *row = row_of(set, entry->terms[t].term);
            if (row->texts > 1)
                set->places[row->first + row->filled++] =
                    (struct likeness_place){(uint32_t)i, entry->terms[t].weight};
        }
    }
    return set->places != NULL;
}

bool likeness_weigh(struct likeness *set)
{
    size_t nterms;
    int ntexts;

    if (set->weighed)
        return true;
    arena_reset(&set->index);
    set->sums = arena_zalloc(&set->index, (size_t)(set->n + 1) * sizeof(*set->sums));
    if (!set->sums || !count_texts(set, &nterms, &ntexts))
        return false;
    for (int i = 0; i < set->n; i++)
        weigh_entry(set, &set->entries[i], ntexts);
    set->weighed = place_terms(set);
    return set->weighed;
}

/* Scores -------------------------------------------------------------------------------------- */

const struct likeness_term *likeness_term_of(const struct likeness_entry *entry, uint64_t term)
{
    const struct likeness_term wanted = {.term = term};

    return entry->nterms
               ? bsearch(&wanted, entry->terms, (size_t)entry->nterms, sizeof(wanted), by_term)
               : NULL;
}

static unsigned score_of(double sum, const struct likeness_entry *a, const struct likeness_entry *b)
{
    const double lengths = a->length * b->length;
    const double score = lengths > 0 ? LIKENESS_SAME * sqrt(sum / lengths) : 0;

    return score > LIKENESS_SAME ? LIKENESS_SAME : (unsigned)(score + 0.5);
}

int likeness_score(struct likeness *set, int a, int b)
{
    const struct likeness_entry *left = &set->entries[a];
    const struct likeness_entry *right = &set->entries[b];
    double sum = 0;

    if (!likeness_weigh(set))
        return -1;
    for (int i = 0, j = 0; i < left->nterms && j < right->nterms;) {
        if (left->terms[i].term == right->terms[j].term)
            sum += left->terms[i++].weight * right->terms[j++].weight;
        else if (left->terms[i].term < right->terms[j].term)
            i++;
        else
            j++;
    }
    return (int)score_of(sum, left, right);
}

/* Keeps the best, in order; the earlier added before an equal one. */
static int keep_best(struct likeness_match *matches, int n, int most, struct likeness_match match)
{
    int at = n < most ? n : most;

    while (at > 0 && matches[at - 1].score < match.score)
        at--;
    if (at == most)
        return n;
    if (n < most)
        n++;
    memmove(matches + at + 1, matches + at, (size_t)(n - at - 1) * sizeof(*matches));
    matches[at] = match;
    return n;
}

int likeness_nearest(struct likeness *set, int text, struct likeness_match *matches, int most)
{
    const struct likeness_entry *asked = &set->entries[text];
    int n = 0;

    if (!likeness_weigh(set))
        return -1;
    for (int t = 0; t < asked->nterms; t++) {
        const struct likeness_row *row = row_of(set, asked->terms[t].term);
        for (uint32_t i = 0; i < row->filled; i++)
            set->sums[set->places[row->first + i].text] +=
                asked->terms[t].weight * set->places[row->first + i].weight;
    }
    for (int i = 0; i < set->n; i++) {
        const struct likeness_entry *other = &set->entries[i];
        const unsigned score =
            other->group != asked->group ? score_of(set->sums[i], asked, other) : 0;
        set->sums[i] = 0;
        if (score)
            n = keep_best(matches, n, most, (struct likeness_match){i, score});
    }
    return n;
}
