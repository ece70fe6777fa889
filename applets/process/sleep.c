/* sleep - wait for a time
 *
 * usage: sleep NUMBER[SUFFIX]...
 *
 * Waits for the sum of the times. SUFFIX is s (seconds, the default), m (minutes), h (hours) or d (days);
 * NUMBER may have a fraction, and be inf.
 *
 * install: /bin
 * follows: POSIX.1-2024 sleep; GNU coreutils manual, "sleep invocation"
 */
#include "libbb.h"
#include "sleep.gen.h"

/* Reads a time in seconds; returns -1 if it is none. */
static double parse_time(const char *s)
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

int sleep_main(struct sleep_options *opt, char **argv)
{
	double seconds = 0;
	bool wrong = false;
	struct timespec left = { .tv_sec = INT_MAX };

	(void)opt;
	if (!*argv)
		die_missing_operand(NULL);
	for (; *argv; argv++) {
		double n = parse_time(*argv);

		if (n < 0)
			warn("invalid time interval %s", quote(*argv));
		wrong |= n < 0;
		seconds += n;
	}
	if (wrong)
		die_usage(NULL);
	for (; seconds >= INT_MAX; seconds -= INT_MAX)
		while (nanosleep(&left, &left) < 0)
			;
	left.tv_sec = (time_t)seconds;
	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) < 0)
		;
	return 0;
}
