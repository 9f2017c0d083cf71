/* SPDX-License-Identifier: Apache-2.0 */
/*
 * likeness - how much two recommendations ask for the same, told from their words.
 *
 * All texts to be compared are put into one set. What two texts share (words, and sequences of two
 * and three words) counts the more the fewer texts of the set have it. The score is the square root
 * of the cosine between the two, in thousandths: 1000 for texts of the same words, 0 where nothing
 * is shared. It is the same both ways, and letter case, accents and blanks do not move it
 * (likeness_words.h tells what else is set aside). A score proposes; a person decides.
 *
 * Nearest texts are found through the words they share: 100 against 10,000 take about two seconds,
 * nearly all of them to read the texts.
 *
 * Threading: one thread at a time.   Ownership: texts are copied.
 */
#ifndef UPTAKE_MODEL_LIKENESS_H
#define UPTAKE_MODEL_LIKENESS_H

#include "base/arena.h"

#include <stdint.h>

enum { LIKENESS_SAME = 1000, LIKENESS_REASONS = 5 };

struct likeness;

struct likeness_text {
    const char *text; /* any bytes */
    const char *const *themes;
    int nthemes;
    int group;  /* texts of one group are not proposed for each other, e.g. those of one document */
    bool aside; /* never proposed and of no weight: a part of another text, to be scored alone */
};

struct likeness_match {
    int text;
    unsigned score; /* 1 to LIKENESS_SAME */
};

/* NULL: out of memory. */
MUST_CHECK struct likeness *likeness_create(void);
void likeness_destroy(struct likeness *set);

/* The text's number: 0, 1, 2, ... -1: out of memory. Adding after a question is allowed; all scores
 * may be different then. */
MUST_CHECK int likeness_add(struct likeness *set, const struct likeness_text *text);

/* The best matches of other groups, best first, the earlier added of two equal ones first. Returns
 * how many, at most `most`; -1: out of memory. */
MUST_CHECK int likeness_nearest(struct likeness *set, int text, struct likeness_match *matches,
                                int most);

/* -1: out of memory. */
MUST_CHECK int likeness_score(struct likeness *set, int a, int b);

/* What the score of the two rests on, for people: "same passage: ...", "rare words in both: ...",
 * spelled as in the first. In the arena. Returns how many; -1: out of memory. */
MUST_CHECK int likeness_explain(struct likeness *set, int a, int b, struct arena *arena,
                                const char *reasons[LIKENESS_REASONS]);

#endif
