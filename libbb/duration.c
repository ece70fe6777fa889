/* duration.c - times as sleep takes them */
#include <stdlib.h>
#include "num.h"

double parse_duration(const char *s)
{
	char *end;
	double n = strtod(s, &end);
	double unit;

	if (end == s || !(n >= 0))
		return -1;
	switch (*end) {
	case 0:
		return n;
	case 's':
		unit = 1;
		break;
	case 'm':
		unit = 60;
		break;
	case 'h':
		unit = 60 * 60;
		break;
	case 'd':
		unit = 24 * 60 * 60;
		break;
	default:
		return -1;
	}
	return end[1] ? -1 : n * unit;
}
