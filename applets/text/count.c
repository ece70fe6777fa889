/* count - copy standard input to standard output and show how much it was
 *
 * usage: count
 *
 * The number of bytes so far is shown on standard error.
 *
 * install: /usr/bin
 * follows: toybox count
 */
#include "libbb.h"
#include "count.gen.h"

enum { INTERVAL = 250 }; /* milliseconds between what is shown */

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void show(uintmax_t total, const char *end)
{
	const char *text = arena_printf("%ju bytes\r%s", total, end);

	write_all(STDERR_FILENO, text, strlen(text));
}

int count_main(struct count_options *opt, char **argv)
{
	char *block = arena_alloc(IO_BLOCK);
	uintmax_t total = 0;
	int64_t shown = 0;
	ssize_t n;

	(void)opt;
	if (*argv)
		die_extra_operand(*argv);
	while ((n = read_some(STDIN_FILENO, block, IO_BLOCK)) > 0) {
		if (write_all(STDOUT_FILENO, block, (size_t)n) < 0)
			die_errno("write error");
		total += (uintmax_t)n;
		if (now() - shown >= INTERVAL) {
			show(total, "");
			shown = now();
		}
	}
	if (n < 0)
		die_errno("read error");
	show(total, "\n");
	return 0;
}
