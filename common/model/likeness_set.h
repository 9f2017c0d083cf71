/* SPDX-License-Identifier: Apache-2.0 */
/*
 * likeness_set - the inside of a set of texts, for the files that make up likeness.h.
 *
 * A term is a word's stem, a sequence of stems or a theme. Each text keeps its terms sorted, so
 * that sums come out the same whichever text is asked about.
 */
#ifndef UPTAKE_MODEL_LIKENESS_SET_H
#define UPTAKE_MODEL_LIKENESS_SET_H

#include "likeness.h"
#include "likeness_words.h"

struct likeness_term {
    uint64_t term;
    double said; /* how much the text says of it, whatever the other texts say */
    double weight;
};

/* One text of the set. */
struct likeness_entry {
    const char *text;
    const char *const *themes;
    int nthemes;
    int group;
    bool aside;
    struct likeness_term *terms; /* by term */
    int nterms;
    double length; /* of the vector of weights */
};

/* Rows of one term in the table from terms to the texts that have it. */
struct likeness_row {
    uint64_t term;
    uint32_t texts; /* how many have it; 0: a free row */
    uint32_t first; /* of its places in `places` */
    uint32_t filled;
};

struct likeness_place {
    uint32_t text;
    double weight;
};

struct likeness {
    struct arena arena; /* texts, terms */
    struct likeness_lexicon *lexicon;
    struct likeness_entry *entries;
    int n, room;
    bool weighed; /* what follows is up to date */
    struct arena index;
    struct likeness_row *rows;
    size_t nrows; /* a power of two */
    struct likeness_place *places;
    double *sums; /* by text, zero between questions */
};

MUST_CHECK bool likeness_weigh(struct likeness *set);
/* NULL: the text does not have it. */
const struct likeness_term *likeness_term_of(const struct likeness_entry *entry, uint64_t term);
uint64_t likeness_theme_term(const char *theme);

#endif
