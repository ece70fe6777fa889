/* sed - edit a stream of lines by a script
 *
 * usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...
 *
 *   -n, --quiet, --silent     suppress automatic printing of pattern space
 *       --debug               annotate program execution
 *   -e, --expression=SCRIPT...  add the script to the commands to be executed
 *   -f, --file=SCRIPT-FILE...  add the contents of script-file to the commands to be executed
 *       --follow-symlinks     follow symlinks when processing in place
 *   -i, --in-place[=SUFFIX]   edit files in place (makes backup if SUFFIX supplied)
 *   -l, --line-length=N       specify the desired line-wrap length for the `l' command
 *       --posix               disable all GNU extensions
 *   -E, -r, --regexp-extended  use extended regular expressions in the script
 *   -s, --separate            consider files as separate rather than as a single, continuous long stream
 *       --sandbox             operate in sandbox mode (disable e/r/w commands)
 *   -u, --unbuffered          load minimal amounts of data from the input files and flush the output
 *                             buffers more often
 *   -z, --null-data, --zero-terminated  separate lines by NUL characters
 *   -b, --binary              does nothing
 *
 * If no -e, --expression, -f, or --file option is given, then the first non-option argument is taken
 * as the sed script to interpret. All remaining arguments are names of input files; if no input
 * files are specified, then the standard input is read.
 *
 * install: /bin
 * follows: POSIX.1-2024 sed; GNU sed manual; the behaviour of sed 4.9
 */
#include "sed.h"

/* Gives back what the engine has, and closes the files of w. */
static void finish(struct sed *s)
{
	for (struct output *o = s->outputs; o; o = o->next) {
		if (writer_flush(o->to) < 0)
			output_failed(s, o, "flush");
		writer_close(o->to);
	}
	if (writer_flush(&std_out) < 0)
		output_failed(s, &s->std, std_out.error == EBADF ? "close" : "flush");
	for (size_t i = 0; i < s->count; i++) {
		const struct command *c = &s->commands[i];

		regex_free(c->from.re);
		regex_free(c->to.re);
		regex_free(c->s ? c->s->re : NULL);
	}
}

static int line_length(const char *text)
{
	intmax_t n = 70;

	if (text && parse_range(text, 0, INT_MAX, &n) != NUM_OK)
		die("invalid line length: %s", text);
	return (int)n;
}

int sed_main(struct sed_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct sed *s = arena_new(struct sed);

	if (!opt->expression.count && !opt->file.count && !*argv)
		die_usage(NULL);
	s->opt = opt;
	s->quiet = opt->quiet;
	s->in_place = opt->in_place_at;
	s->separate = opt->separate || s->in_place;
	s->posix = opt->posix || getenv("POSIXLY_CORRECT");
	s->extended = opt->regexp_extended;
	s->utf8 = locale_is_utf8();
	s->delimiter = opt->null_data ? 0 : '\n';
	s->std = (struct output){ .name = "stdout", .to = &std_out };
	s->stdout_file = s->std;
	s->out = &s->std;
	read_script(s, opt, &argv);
	if (s->in_place && !*argv)
		die_status(STATUS_PANIC, "no input files");
	s->line_length = line_length(opt->line_length);
	s->files = *argv ? argv : stdin_only;
	if (opt->debug)
		print_program(s);
	run_script(s);
	finish(s);
	return s->status;
}
