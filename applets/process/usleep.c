/* usleep - wait for some microseconds
 *
 * usage: usleep [NUMBER]
 *
 * NUMBER is 1 if not given.
 *
 * install: /usr/bin
 * follows: usleep(1) of initscripts
 */
#include "libbb.h"
#include "usleep.gen.h"

int usleep_main(struct usleep_options *opt, char **operands)
{
	uintmax_t n = 1;
	struct timespec left;

	(void)opt;
	if (*operands && operands[1])
		die_extra_operand(operands[1]);
	if (*operands && parse_uint(*operands, NULL, &n) != NUM_OK)
		die_usage("invalid time interval %s", quote(*operands));
	left = (struct timespec){ .tv_sec = (time_t)(n / 1000000), .tv_nsec = (long)(n % 1000000 * 1000) };
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
	return 0;
}
