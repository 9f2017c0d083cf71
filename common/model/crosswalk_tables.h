/* SPDX-License-Identifier: Apache-2.0 */
/* crosswalk_tables - the files crosswalk/FORMAT.csv, compiled in by the build. */
#ifndef UPTAKE_MODEL_CROSSWALK_TABLES_H
#define UPTAKE_MODEL_CROSSWALK_TABLES_H

struct crosswalk_table {
    const char *format; /* file name without .csv; NULL ends the list */
    const char *csv;
};

extern const struct crosswalk_table crosswalk_tables[];

#endif
