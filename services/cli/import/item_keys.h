/* SPDX-License-Identifier: Apache-2.0 */
/*
 * item_keys - the keys that a document's records have in the register.
 *
 * KEY#1, KEY#1.3 (a part), KEY#1/2 (an action), KEY#response, KEY#indicator:SLUG.
 *
 * Ownership: keys live in the arena given; NULL: out of memory.
 */
#ifndef UPTAKE_CLI_ITEM_KEYS_H
#define UPTAKE_CLI_ITEM_KEYS_H

#include "import/document.h"

#include <jansson.h>

MUST_CHECK const char *item_key_response(struct arena *arena, const char *document);
MUST_CHECK const char *item_key_recommendation(struct arena *arena, const char *document,
                                               const struct recommendation *record);
MUST_CHECK const char *item_key_action(struct arena *arena, const char *recommendation_key,
                                       const struct action *action);

/* "KEY#indicator:gender-marker"; one whose name was there before is told apart by its day, then by
 * a number. taken: keys that are taken, as an object; the new one is added. */
MUST_CHECK const char *item_key_indicator(struct arena *arena, const char *document,
                                          const struct indicator *indicator, json_t *taken);

/* The names findings give to records ("action 1/2", "recommendation 10 (ii)", "1", "response") and
 * the key of each; the caller's. */
MUST_CHECK json_t *item_keys_by_name(const struct document *document, const char *key);

/* What a finding is about: an item's key, or the name itself where it is no item's. */
const char *item_key_about(const json_t *by_name, const char *document, const char *subject);

#endif
