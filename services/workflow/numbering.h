/* SPDX-License-Identifier: Apache-2.0 */
/*
 * numbering - which number a cycle has, where somebody was already asked under other rules.
 *
 * The key of an obligation holds the number, so a number that was used for one day must not come to
 * mean another: it would read as asked what nobody was asked, or ask a second time.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_WORKFLOW_NUMBERING_H
#define UPTAKE_WORKFLOW_NUMBERING_H

#include "cycles.h"

/* Gives the cycles of an interval policy, ascending and numbered by the rule alone, the numbers
 * that agree with what was sent; those for which there is none any more are taken out. */
void numbering_fit(const struct cycles_input *input, struct cycle *cycles, int *n);

/* A deadline that moves after somebody was reminded of it opens the next cycle. */
int numbering_of_deadline(const struct cycles_input *input);

/* Claimed or sent: somebody was asked, and the row stays as it is. */
bool numbering_is_settled(const struct obligation *row);

#endif
