/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links - what the commands of `uptake links` share: the flags, and links as rows.
 *
 * A row of a link: {"key", "document", "relation", "from", "to", "cited_document",
 * "cited_paragraph", "score", "reasons", "state", "decided_by", "decided_on", "reason",
 * "revision"}; state is "retracted" where the link was.
 */
#ifndef UPTAKE_CLI_LINKS_H
#define UPTAKE_CLI_LINKS_H

#include "edit.h"

enum { LINKS_AGAINST_MAX = 64, LINKS_LIMIT_MAX = 20 };

struct links {
    struct cli *cli;
    const char *document, *state, *relation, *item; /* filters; document, paragraph: of add cites */
    const char *paragraph;
    const char *by, *reason;
    const char *against[LINKS_AGAINST_MAX];
    int nagainst; /* 0: every other document that is not later */
    unsigned limit, min_score;
    bool dry_run;
};

typedef enum exit_code links_fn(struct links *links, int n, char **arguments);

links_fn links_list, links_show, links_propose, links_confirm, links_reject, links_add;

/* From the item as reporting has it. NULL: out of memory. */
json_t *links_row(const json_t *item);

/* The link's key: DOCUMENT#link:RELATION-HASH, the hash of both ends. "" when it is too long. */
enum { LINKS_KEY = 400 };
void links_key(const char *document, const char *relation, const char *from, const char *to,
               char key[LINKS_KEY]);

#endif
