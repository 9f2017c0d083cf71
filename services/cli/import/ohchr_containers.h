/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ohchr_containers - which of the places named are where units sit, and which are responsible.
 *
 * A bracket or slash beside a unit tells; containers that hold no unit are who is responsible.
 */
#ifndef UPTAKE_CLI_OHCHR_CONTAINERS_H
#define UPTAKE_CLI_OHCHR_CONTAINERS_H

#include "import/ohchr_names.h"

void ohchr_containers_settle(struct ohchr_names *names);

#endif
