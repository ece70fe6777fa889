/* timefmt.h - local time, and times as text
 *
 * Follows POSIX.1-2024 strftime and the GNU coreutils manual, "date invocation" with "Padding and other flags". The names
 * and the order of things are those of the C locale, which C.UTF-8 shares.
 */
#ifndef TIMEFMT_H
#define TIMEFMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "buf.h"

/* A time zone, with what is known about parts of it so that localtime_r(3) is rarely asked. Zero it to begin; it
 * is then the zone of TZ, or UTC if `utc` is set. */
struct time_zone {
	bool utc;
	struct time_span {
		int64_t number; /* of the part, if it is known */
		bool known;
		int64_t offset; /* seconds east of UTC all through it */
		const char *name;
		int gmtoff, isdst;
	} spans[64];
};

/* Breaks `t` down. Returns false, with errno set, if the year does not fit a struct tm. */
bool time_split(struct time_zone *zone, time_t t, struct tm *tm);

/* Finds when a file (named as for fstatat(2), with its flags) was made. Returns false if that is not known. */
bool time_of_birth(int dir, const char *name, int flags, struct timespec *out);

/* Appends `tm` in the way of `format`, as date(1) does with all GNU extensions: %N %P %k %l %s %q %:z ..., the flags
 * - _ 0 + ^ #, widths, E and O. What is no directive is copied as it is. `ts` is the same time, for %s and %N. */
void time_format(struct buf *b, const char *format, const struct tm *tm, const struct timespec *ts);

#endif
