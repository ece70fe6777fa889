/* nice - run a command with another priority, or print the priority
 *
 * usage: nice [OPTION] [COMMAND [ARG]...]
 *
 *   -n, --adjustment=N    add N to the niceness, 10 if not given; -N is the same
 *
 * Niceness goes from -20, the most of the processor, to 19, the least.
 *
 * Exit status: that of COMMAND; 125 if nice fails, 126 if COMMAND cannot be run, 127 if it is not found.
 *
 * install: /usr/bin
 * options: manual stop
 * status: 125
 * follows: POSIX.1-2024 nice; GNU coreutils manual, "nice invocation"
 */
#include <sys/resource.h>
#include "libbb.h"
#include "command.h"
#include "nice.gen.h"

/* The argument of an old option, -5, --5 or -+5; or NULL. */
static const char *old_option(const char *word)
{
	if (!word || word[0] != '-')
		return NULL;
	word++;
	return word[word[0] == '-' || word[0] == '+'] >= '0' && word[word[0] == '-' || word[0] == '+'] <= '9'
		       ? word
		       : NULL;
}

/* Reads the options, of which each may be an old one. Returns the operands. */
static char **read_options(struct nice_options *opt, char **argv, const char **adjustment)
{
	for (;;) {
		const char *old = old_option(*argv);
		char *option[3] = { 0 };
		size_t words;

		if (old) {
			*adjustment = old;
			argv++;
			continue;
		}
		if (!*argv || **argv != '-' || !(*argv)[1])
			return argv;
		if (strcmp(*argv, "--") == 0)
			return argv + 1;
		/* one option at a time, with the word after it if that is its argument */
		words = argv[1] && (strcmp(*argv, "-n") == 0 ||
				    (strncmp(*argv, "--adjustment", strlen(*argv)) == 0 && strlen(*argv) > 2))
				? 2
				: 1;
		memcpy(option, argv, words * sizeof(*option));
		parse_options(this_applet(), opt, option);
		*adjustment = opt->adjustment;
		argv += words;
	}
}

int nice_main(struct nice_options *opt, char **argv)
{
	const char *adjustment = NULL;
	intmax_t add = 10;

	argv = read_options(opt, argv, &adjustment);
	if (adjustment) {
		enum num_error error = parse_int(adjustment, NULL, &add);

		if (error != NUM_OK && error != NUM_OVERFLOW)
			die("invalid adjustment %s", quote(adjustment));
		add = add < -40 ? -40 : add > 40 ? 40 : add;
	}
	if (!*argv) {
		if (adjustment)
			die_usage("a command must be given with an adjustment");
		out_fmt("%d\n", getpriority(PRIO_PROCESS, 0));
		return 0;
	}
	errno = 0;
	if (setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + (int)add) < 0) {
		if (errno != EPERM && errno != EACCES)
			die_errno("cannot set niceness");
		warn_errno("cannot set niceness");
	}
	run_command(argv, "%s");
}
