/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document - what a reader found in one file: the records, before they become changes.
 *
 * Lists are linked in the order of the source; `..._last` is where each goes on. Text that the
 * source does not give is NULL. Every record keeps the line it begins on.
 *
 * Ownership: everything lives in the document's arena, a quoted document included; strings given to
 * the functions here are borrowed and must live as long.
 */
#ifndef UPTAKE_CLI_DOCUMENT_H
#define UPTAKE_CLI_DOCUMENT_H

#include "base/arena.h"
#include "import/source_file.h"
#include "model/timeframe.h"
#include "model/words.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

/* Something a person should know of or decide. */
struct finding {
    struct finding *next;
    const char *code; /* static */
    enum severity severity;
    const char *subject; /* "action 1/2" */
    const char *message;
    const char *remedy;
    int line;
};

/* One name among those responsible. */
struct responsible {
    struct responsible *next;
    const char *name; /* as written */
    const char *unit; /* key in the directory; NULL: not there */
    enum role role;
    bool vague;     /* "relevant departments": names nobody */
    bool inferred;  /* the cell was blank: taken over from the row above */
    bool ambiguous; /* the source can be read in more than one way */
    bool damaged;   /* what is written is no name: a person has to say who is meant */
};

/* One dated (or undated) statement of progress. */
struct progress_update {
    struct progress_update *next;
    struct date reported_on; /* last day of the stated period; none: not said */
    enum precision precision;
    enum progress progress;
    const char *source; /* the source's own word; NULL: none of its own */
    const char *text;
    struct date completed_on; /* the day the source says it was completed; none: it says none */
};

struct action {
    struct action *next;
    const char *code; /* within its recommendation */
    const char *text;
    const char *responsible_source;
    struct responsible *responsible;
    struct responsible *responsible_last;
    const char *timeframe_source;
    struct timeframe timeframe;
    enum progress progress; /* UNSPECIFIED: no status given */
    const char *progress_source;
    struct progress_update *updates; /* oldest first */
    int line;
};

enum { PROGRESS_WORDS_MAX = 4 };

struct recommendation {
    struct recommendation *next;
    const char *code;
    const char *parent; /* code of the recommendation it is a part of; NULL: a whole one */
    const char *text;
    enum position position; /* UNSPECIFIED: the document takes none */
    const char *position_source;
    const char *caveat; /* what stands beside the position's word */
    const char *comment;
    enum progress comment_progress[PROGRESS_WORDS_MAX]; /* stated for the whole recommendation */
    int ncomment_progress;
    const char *evaluator_source; /* whom the evaluators hold responsible */
    struct responsible *evaluator;
    struct responsible *evaluator_last;
    const char *themes[16];
    int nthemes;
    struct action *actions;
    struct action *actions_last;
    int line;
};

/* A figure the document states of something: 4 of 7, or a value. */
struct indicator {
    struct indicator *next;
    const char *name;
    int met, total; /* total 0: value it is */
    int value;
    const char *unit;  /* of value, static */
    struct date dated; /* last day of the stated period */
    enum precision precision;
    int line;
};

struct document {
    struct arena arena;
    const struct source_file *file; /* borrowed */
    const char *format;             /* static, e.g. "unwomen-gate" */
    const char *title;
    const char *office;
    struct date dated_on;    /* none: neither said nor to be assumed */
    const char *office_unit; /* key in the directory; NULL: not there */
    const char *language;    /* "en", "fr", "es"; NULL: not told */
    const char *response_text;
    const char *response_state; /* the source's own word, e.g. "Approved" */
    const char *response_approver;
    struct date response_approved_on;
    struct recommendation *recommendations;
    struct recommendation *recommendations_last;
    struct finding *findings;
    struct finding *findings_last;
    struct indicator *indicators;
    struct indicator *indicators_last;
    struct document *quoted; /* older documents whose recommendations it quotes, chained */
    const char *key_ending;  /* of a quoted document: its key is that of the file, "-", this */
    bool failed;             /* an allocation failed: nothing here may be used */
    struct date read_on;     /* the day of the import, for STALE_SOURCE; none: age is not judged */
};

void document_finish(struct document *document);

/* Each makes a zeroed record at the end of its list. NULL (and document->failed) when out of
 * memory. */
struct recommendation *document_add_recommendation(struct document *document, int line);
struct action *document_add_action(struct document *document, struct recommendation *recommendation,
                                   int line);
struct responsible *document_add_responsible(struct document *document, struct action *action);
struct responsible *document_add_evaluator_responsible(struct document *document,
                                                       struct recommendation *recommendation);
struct indicator *document_add_indicator(struct document *document, int line);

/* A copy in the document's arena without blanks around it; NULL for nothing but blanks. */
const char *document_text(struct document *document, const char *text, size_t len);

/* The text, or as much of its beginning as fits in len bytes and " ..."; never half a character. */
const char *document_excerpt(struct document *document, const char *text, size_t len);

/* message is formatted; code, subject and remedy are borrowed. */
void document_find(struct document *document, enum severity severity, const char *code,
                   const char *subject, int line, const char *remedy, const char *message, ...)
    PRINTF_LIKE(7, 8);

/* "action 1/2" for findings. */
const char *document_action_name(struct document *document,
                                 const struct recommendation *recommendation,
                                 const struct action *action);

int document_count_actions(const struct document *document);
int document_count_findings(const struct document *document, enum severity severity);
const char *severity_word(enum severity severity);

#endif
