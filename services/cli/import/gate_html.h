/* SPDX-License-Identifier: Apache-2.0 */
/* gate_html - a page saved with its markup, as lines and table rows. */
#ifndef UPTAKE_CLI_GATE_HTML_H
#define UPTAKE_CLI_GATE_HTML_H

#include "import/gate_lines.h"

bool gate_html_recognise(const char *text);
/* Fails only when out of memory. */
MUST_CHECK bool gate_html_read(struct gate_lines *lines, const char *text, struct err *err);

#endif
