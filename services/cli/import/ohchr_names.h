/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_names - the names in a cell that says who is responsible.
 *
 * "Country Office METS/Geneva HQ": names follow each other with or without marks between them, so a
 * name ends where a known one begins. Known are the units of the directory and the words that every
 * response uses for the office itself, for headquarters and for bodies outside. A bracket or slash
 * tells that units sit in a container. What is left is one name, or none: words that name nobody in
 * particular, or text that is damaged.
 *
 * Threading: any; reads only.   Ownership: names lie in the text given.
 */
#ifndef UPTAKE_CLI_OHCHR_NAMES_H
#define UPTAKE_CLI_OHCHR_NAMES_H

#include "import/directory.h"

enum { OHCHR_NAMES_MAX = 32 };

enum ohchr_name_kind {
    NAME_OWN, /* the office that was evaluated */
    NAME_UNIT,
    NAME_CONTAINER,
    NAME_EXTERNAL,
    NAME_VAGUE,
    NAME_UNKNOWN, /* a name, but not in the directory */
    NAME_DAMAGED, /* cannot be one name */
};

struct ohchr_name {
    enum ohchr_name_kind kind;
    const char *at;
    size_t len;
    const struct directory_name *entry; /* NULL: not in the directory */
    enum role role;
    char before; /* the mark in front: ' ', '-', ',', '/', '(' */
    bool city;   /* stands for the headquarters there */
};

struct ohchr_names {
    int n;
    struct ohchr_name list[OHCHR_NAMES_MAX];
};

void ohchr_names_read(const struct directory *directory, const char *text,
                      struct ohchr_names *names);

#endif
