/* SPDX-License-Identifier: Apache-2.0 */
/*
 * item_groups - a document's records as the field groups of changes.
 *
 * Texts are lent to the messages, which want char * but do not write. A name the register would not
 * take (too long, line breaks, characters that mislead) is cut or cleaned; own_checks.h says where.
 *
 * Ownership: what is made lives in the arena; the rest is borrowed from the document. False: out of
 * memory.
 */
#ifndef UPTAKE_CLI_ITEM_GROUPS_H
#define UPTAKE_CLI_ITEM_GROUPS_H

#include "import/document.h"

#include <uptake/v1/items.pb-c.h>

/* What ingest takes, in bytes. */
enum {
    ITEM_KEY_MOST = 200,
    ITEM_CODE_MOST = 60,
    ITEM_NAME_MOST = 500,
    ITEM_TITLE_MOST = 2000,
    ITEM_TEXT_MOST = 24 * 1024, /* so that four of them fit in one change */
    ITEM_LIST_MOST = 500,
};

char *lend(const char *text);

/* The text as one line of at most so many bytes; itself where it is that already. *changed: it was
 * not (may be NULL). NULL: out of memory. */
MUST_CHECK const char *item_line(struct arena *arena, const char *text, size_t most, bool *changed);
/* The text, cut to ITEM_TEXT_MOST. */
MUST_CHECK const char *item_text(struct arena *arena, const char *text);

MUST_CHECK bool item_document(struct arena *arena, const struct document *document,
                              Uptake__V1__DocumentIdentity *group);
MUST_CHECK bool item_response(struct arena *arena, const struct document *document,
                              Uptake__V1__ResponseStatement *group);
/* key: of the document. */
MUST_CHECK bool item_recommendation(struct arena *arena, const char *key,
                                    const struct recommendation *record,
                                    Uptake__V1__RecommendationText *group);
MUST_CHECK bool item_position(struct arena *arena, const struct recommendation *record,
                              Uptake__V1__PositionTaken *group);
/* answered: the key of the recommendation, one entry, which has to live as long. */
MUST_CHECK bool item_wording(struct arena *arena, const struct action *action, char **answered,
                             Uptake__V1__ActionWording *group);
MUST_CHECK bool item_timeframe(struct arena *arena, const struct action *action,
                               Uptake__V1__Timeframe *group);
/* said_by: "management" or "evaluator". */
MUST_CHECK bool item_responsibilities(struct arena *arena, const char *source,
                                      const struct responsible *list, const char *said_by,
                                      Uptake__V1__Responsibilities *group);
MUST_CHECK bool item_progress(struct arena *arena, const struct progress_update *update,
                              Uptake__V1__ProgressReport *group);
MUST_CHECK bool item_indicator(struct arena *arena, const char *key,
                               const struct indicator *indicator,
                               Uptake__V1__IndicatorStated *group);

#endif
