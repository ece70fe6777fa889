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

int sleep_main(struct sleep_options *opt, char **argv)
{
	double seconds = 0;
	bool wrong = false;
	struct timespec left = { .tv_sec = INT_MAX };

	(void)opt;
	if (!*argv)
		die_missing_operand(NULL);
	for (; *argv; argv++) {
		double n = parse_duration(*argv);

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
