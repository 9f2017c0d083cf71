/* SPDX-License-Identifier: Apache-2.0 */
/* crosswalk_tables - the files crosswalk/SYSTEM.csv, compiled in by the build. */
#ifndef UPTAKE_MODEL_CROSSWALK_TABLES_H
#define UPTAKE_MODEL_CROSSWALK_TABLES_H

#include "crosswalk.h"

/* Ended by a row without a system. */
extern const struct crosswalk_table crosswalk_tables[];

#endif
