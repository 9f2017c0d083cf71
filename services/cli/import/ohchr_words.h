/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_words - the vocabulary of management responses in English, French and Spanish: labels of
 * fields, headings of columns, and words that tell what a name or a sentence is.
 *
 * Words are compared without regard to letter case, accents, curly or lost apostrophes and the
 * width of blanks; a hyphen counts as a blank.
 */
#ifndef UPTAKE_CLI_OHCHR_WORDS_H
#define UPTAKE_CLI_OHCHR_WORDS_H

#include "base/err.h"

enum ohchr_label {
    LABEL_NONE,
    LABEL_RECOMMENDATION, /* "Recommendation 3:" */
    LABEL_POSITION,       /* "Management position on recommendation:" */
    LABEL_RESPONSE,       /* "Management response:": a position or a comment follows */
    LABEL_COMMENT,        /* "Management comment:" */
};

enum ohchr_column {
    COLUMN_NONE,
    COLUMN_RECOMMENDATION,
    COLUMN_POSITION, /* management's, on the recommendation */
    COLUMN_ACTION,
    COLUMN_UNIT,
    COLUMN_TIME,
    COLUMN_STATUS,
    COLUMN_COMMENT,
    COLUMN_COUNT,
};

enum ohchr_words {
    WORDS_RESPONSE_HEADING, /* "management response" */
    WORDS_ANNEX,
    WORDS_CHAPTER,    /* of a report */
    WORDS_OWN_OFFICE, /* "Country Office": the office that was evaluated */
    WORDS_REGIONAL_OFFICE,
    WORDS_REGIONAL,
    WORDS_CONTAINER, /* "Headquarters": where units sit */
    WORDS_CITY,      /* "Geneva": stands for the headquarters there */
    WORDS_EXTERNAL,  /* bodies outside the organisation */
    WORDS_VAGUE,     /* "relevant" */
    WORDS_UNIT_NOUN, /* "section": a name with it is one unit */
    WORDS_SUPPORT,   /* behind them: who supports */
    WORDS_SUPPORTER, /* "support", of the name in front of it */
    WORDS_POST,      /* "Director": a post, without saying where */
    WORDS_LEAD,
    WORDS_OVERSEER,
    WORDS_JOINT, /* "and" */
    WORDS_SAME,  /* "idem" */
    WORDS_UNDECIDED,
    WORDS_NO_ACTION, /* "none" */
    WORDS_PARTLY,    /* "largely", "but": not all of it */
    WORDS_EXCEPT,    /* what follows is left out */
    WORDS_REFUSED,   /* says that something is not accepted */
    WORDS_PENDING,   /* says that something is yet to be decided */
    WORDS_ACCEPTED,  /* says that something is accepted */
    WORDS_CHANGED,   /* says that the wording changes */
    WORDS_BUT,       /* begins another clause */
    WORDS_DUE,       /* a date follows */
    WORDS_RELATIVE,  /* "after": a date counts from another */
    WORDS_CADENCE,   /* "every six months" */
    WORDS_INTERVAL,  /* "yearly": a cadence where a deadline should be */
    WORDS_ONWARDS,   /* "onwards": the period has no end */
    WORDS_SINCE,     /* "from": only its beginning follows */
    WORDS_MARKERS,   /* what an assessment counts */
    WORDS_OUT_OF,
    WORDS_RANK, /* four ranks of progress */
    WORDS_DRAFT,
    WORDS_APPROVED_BY,
    WORDS_APPROVED_ON,
    WORDS_TITLE, /* "Evaluation title": its label */
    WORDS_EVALUATION,
    WORDS_REPORT, /* "Final report": in front of a date */
    WORDS_DATE,
    WORDS_COUNT,
};

/* Bytes that the word takes at the START of text, up to a word's end; 0: it is not there. */
size_t words_match(const char *text, const char *word);
/* The longest word of the list at the start of text. */
size_t words_at(const char *text, enum ohchr_words list);
/* The first place at a word's start where a word of the list stands, before end; NULL: none. */
const char *words_find(const char *text, const char *end, enum ohchr_words list, size_t *len);

/* The same with a list of one's own, "a|b". */
const char *words_find_in(const char *text, const char *end, const char *list, size_t *len);
/* Is everything from text to end made of these words (and of what stands in brackets)? */
bool words_only(const char *text, const char *end, const char *list);

/* Length of the letter or digit that begins at text; 0: another character. */
size_t words_letter(const char *text);
/* Bytes to the start of the next word; at least 1 unless at the end. */
size_t words_next(const char *text);

/* What field begins here. *code (len 0: not numbered) and *rest of LABEL_RECOMMENDATION and the
 * others' *rest lie in text. language: "en", "fr" or "es". */
struct label {
    enum ohchr_label kind;
    const char *code;
    size_t code_len;
    const char *rest;
    const char *language;
};
struct label words_label(const char *paragraph);

/* The column whose heading this is. */
enum ohchr_column words_column(const char *cell);

/* A column's heading as the label of one field: "Key action 1.1: ...", "Responsible: ...". *rest is
 * what follows, with an action's number. COLUMN_NONE: it is none. */
enum ohchr_column words_field(const char *paragraph, const char **rest);

/* "Key action Responsibility Timeframe": headings that lost their columns. */
bool words_are_headings(const char *text);

#endif
