/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html - pages built from templates; text always arrives escaped.
 *
 * html_put is the only way text from outside enters a page: it copies the template and puts, for
 * each %, what the letter says:
 *   %s  text, escaped            %w  a word of the register as people read it ("not_started" is
 *   %u  text, as part of a URL       "Not started"), escaped
 *   %d  a whole number (int64_t)  %%  a percent sign
 * The escaping is right for element content and for attribute values in double quotes.
 */
#ifndef UPTAKE_REPORTING_HTML_H
#define UPTAKE_REPORTING_HTML_H

#include "base/text.h"

void html_put(struct text_buffer *page, const char *template, ...);

#endif
