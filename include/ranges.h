/* ranges.h - lists of ranges: `1,3-5,8-`, as cut and numfmt take them */
#ifndef RANGES_H
#define RANGES_H

#include <stddef.h>
#include <stdint.h>

struct range {
	uintmax_t first, last; /* both counted; UINTMAX_MAX is beyond every end */
};

enum ranges_flags {
	RANGES_COMPLEMENT = 1, /* what the list does not have */
	RANGES_FIELDS = 2,     /* messages speak of fields, else of bytes and characters */
	RANGES_ALL = 4,        /* `-` alone is allowed and means all */
};

/* Reads a list; returns its ranges in order and apart, with one after the last that begins at UINTMAX_MAX. Dies with a message if
 * it is malformed. */
const struct range *ranges_parse(const char *list, unsigned flags);

#endif
