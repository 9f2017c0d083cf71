/* SPDX-License-Identifier: Apache-2.0 */
/* holidays_tables - the files holidays/STATION.csv, compiled in by the build. */
#ifndef UPTAKE_CALENDAR_HOLIDAYS_TABLES_H
#define UPTAKE_CALENDAR_HOLIDAYS_TABLES_H

#include "holidays.h"

/* Ended by a row without a station. */
extern const struct holidays_table holidays_tables[];

#endif
