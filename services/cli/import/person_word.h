/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person_word - who is responsible, where a person has said so.
 *
 * A person confirms a name that the source gives, or says which unit is meant. As long as the
 * source says the same text, that stands, whatever a reader makes of the text. When the text
 * changes, the new reading is taken, with the person's word for the names it still has and the
 * units a person added; and a finding says so.
 */
#ifndef UPTAKE_CLI_PERSON_WORD_H
#define UPTAKE_CLI_PERSON_WORD_H

#include "import/present.h"

enum person_word {
    PERSON_SAID_NOTHING, /* the source's word is to be sent as it is */
    PERSON_WORD_STANDS,  /* nothing is to be sent */
    PERSON_WORD_KEPT,    /* the source's word was changed to what is to be sent */
};

/* read: what the file says now. */
MUST_CHECK bool person_word_weigh(struct present *present, const char *key,
                                  Uptake__V1__Responsibilities *read, struct arena *arena,
                                  enum person_word *word, struct err *err);

#endif
