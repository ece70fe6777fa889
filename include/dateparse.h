/* dateparse.h - times written by people: date -d, touch -d, find -newermt
 *
 * Follows the GNU coreutils manual, "Date input formats"; the behaviour of date 9.1.
 */
#ifndef DATEPARSE_H
#define DATEPARSE_H

#include <stdbool.h>
#include <time.h>

/* Reads the whole of `text`: calendar dates, times of day, zones, days of the week, relative items in any order, or
 * seconds after an @, all of it perhaps after TZ="RULE". What it does not say is taken from `now`, in the zone of TZ.
 * Returns false, with *result unchanged, if it is not understood, contradicts itself, or is no time that exists or
 * can be represented: 30 February, 24:00, the hour left out when clocks go forward. While it runs with a RULE, the
 * environment of the process is another. */
bool date_parse(const char *text, const struct timespec *now, struct timespec *result);

/* A time of day on a day, in the zone of TZ: what the clock shows. */
struct clock_time {
	int year, month, day; /* 1..12, 1..31 */
	int hour, minute, second;
};

/* Finds when the clock shows `c`. Returns false if it never does. Where it does twice, the result is that of date(1). */
bool clock_find(const struct clock_time *c, time_t *result);

#endif
