/* bc - calculate with numbers of any length
 *
 * usage: bc [OPTION]... [FILE]...
 *
 *   -i, --interactive          as at a terminal
 *   -l, --mathlib              with the functions s c a l e j, and a scale of 20
 *   -q, --quiet                no greeting; there is none
 *   -s, --standard             what POSIX does not have is an error
 *   -w, --warn                 warn of it
 *   -h                         show this help
 *   -v                         show the version
 *
 * Runs the statements in each FILE and then those of standard input. BC_ENV_ARGS has more options, and BC_LINE_LENGTH the
 * columns of a line, after which numbers are continued; 70 if it is not set, 0 for no end.
 *
 * install: /usr/bin
 * options: manual
 * follows: POSIX.1-2024 bc; GNU bc 1.07
 */
#include "bc.h"
#include "signals.h"
#include "bc.gen.h"

/* The arguments with those of BC_ENV_ARGS before them. */
static char **with_environment(char **argv)
{
	char *words = getenv("BC_ENV_ARGS"), *word;
	size_t count = 0, given = 0;
	char **all;

	while (argv[given])
		given++;
	all = arena_array(char *, given + (words ? strlen(words) : 0) + 1);
	words = words ? arena_strdup(words) : NULL;
	while (words && (word = strsep(&words, " \t")))
		if (*word)
			all[count++] = word;
	memcpy(all + count, argv, given * sizeof(*all));
	return all;
}

static size_t line_width(void)
{
	const char *text = getenv("BC_LINE_LENGTH");
	long n = text ? strtol(text, NULL, 10) : 70;

	if (text && n == 0)
		return 0;
	return n < 3 ? 69 : (size_t)n - 1;
}

int bc_main(struct bc_options *opt, char **argv)
{
	struct bc *bc = arena_new(struct bc);
	unsigned index;

	argv = parse_options(this_applet(), opt, with_environment(argv));
	if (opt->h) {
		print_help(this_applet());
		return 0;
	}
	if (opt->v) {
		print_version();
		return 0;
	}
	bc->standard = opt->standard;
	bc->warn = opt->warn;
	bc->interactive = opt->interactive || (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
	bc->width = line_width();
	bc_init(bc);
	if (opt->mathlib) {
		bc->scale = 20;
		for (size_t i = 0; i < sizeof(bc_mathlib) / sizeof(*bc_mathlib); i++)
			bc_function_named(bc, bc_mathlib[i].name, &index)->math = bc_mathlib[i].run;
	}
	if (bc->interactive)
		signal_catch(SIGINT);
	bc_lex_open(bc, argv);
	while (bc_read_and_run(bc) && !out_failed())
		;
	return 0;
}
