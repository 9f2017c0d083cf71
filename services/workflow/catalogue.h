/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalogue - the sentences of the mails in the recipient's language, by GNU gettext.
 *
 * The sentences of the source are the English ones; po/LANGUAGE.po holds another language's, which
 * msgfmt compiles and checks at build time.
 *
 * gettext chooses a language by the locale, and a register whose units read many languages runs
 * where only C.UTF-8 is installed. So each language is a text domain of its own ("mail-fr"), looked
 * up in the folder of C.UTF-8, and the thread's locale is that one during a look-up: no
 * setlocale(), no environment, no locale package, and several languages at once. LANGUAGE, which
 * gettext would prefer, is taken out of the environment: a mail's language is its reader's.
 *
 * Threading: catalogues_open before there are threads; look-ups from any.
 * Ownership: texts live as long as the process.
 */
#ifndef UPTAKE_WORKFLOW_CATALOGUE_H
#define UPTAKE_WORKFLOW_CATALOGUE_H

#include "base/err.h"

struct catalogues;
struct catalogue; /* of one language; NULL: English */

/* folder NULL: share/uptake/locale beside the program's own folder. With no catalogue there, or no
 * C.UTF-8, everybody reads English, and the log says so. */
MUST_CHECK struct catalogues *catalogues_open(const char *folder, struct err *err);
void catalogues_close(struct catalogues *catalogues);

/* By the language alone: "fr", "FR", "fr-CH". One that is not at hand: English. */
const struct catalogue *catalogue_for(const struct catalogues *catalogues, const char *language);
/* "en", "fr" */
const char *catalogue_language(const struct catalogue *catalogue);

const char *catalogue_text(const struct catalogue *catalogue, const char *english)
    __attribute__((format_arg(2)));
const char *catalogue_plural(const struct catalogue *catalogue, const char *one, const char *many,
                             int n) __attribute__((format_arg(2), format_arg(3)));

#endif
