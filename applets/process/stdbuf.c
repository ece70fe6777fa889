/* stdbuf - run a command with other buffers for its standard streams
 *
 * usage: stdbuf OPTION... COMMAND [ARG]...
 *
 *   -i, --input=MODE...   of standard input
 *   -o, --output=MODE...  of standard output
 *   -e, --error=MODE...   of standard error
 *
 * MODE is L, by lines (not for input), 0, none, or a number of bytes, perhaps with K, kB, M, MB ... after it. It is
 * told to COMMAND by the variables _STDBUF_I, _STDBUF_O and _STDBUF_E, and those of box heed that of standard output;
 * a program of the C library is given GNU's libstdbuf.so, if that is installed. Programs that see to their
 * buffers themselves do not change.
 *
 * Exit status: that of COMMAND; 125 if stdbuf fails, 126 if COMMAND cannot be run, 127 if it is not found.
 *
 * install: /usr/bin
 * options: stop
 * status: 125
 * follows: GNU coreutils manual, "stdbuf invocation"
 */
#include "libbb.h"
#include "command.h"
#include "stdbuf.gen.h"

/* Reads a mode, and tells it to the command if it is the last of its stream. */
static void set_mode(char stream, const char *mode, bool last)
{
	char variable[] = "_STDBUF_?", digits[NUM_SIZE];
	enum num_error error;
	uintmax_t n = 0;

	while (*mode == ' ')
		mode++;
	variable[8] = stream;
	if (strcmp(mode, "L") == 0) {
		if (stream == 'I')
			die_usage("line buffering stdin is meaningless");
		if (last)
			setenv(variable, mode, 1);
		return;
	}
	error = parse_uint_base(mode, NULL, 10, "EGkKMPTYZ0", &n);
	errno = EOVERFLOW;
	if (error == NUM_OVERFLOW)
		die_errno("invalid mode %s", quote(mode));
	if (error != NUM_OK)
		die("invalid mode %s", quote(mode));
	if (last)
		setenv(variable, num_to_str(n, digits), 1);
}

/* Reads the modes of a stream. */
static void set_modes(char stream, const struct option_list *modes)
{
	for (size_t i = 0; i < modes->count; i++)
		set_mode(stream, modes->items[i].value, i + 1 == modes->count);
}

/* Has the dynamic linker load the library that changes the buffers of other programs. */
static void preload(void)
{
	static const char *const libraries[] = { "/usr/libexec/coreutils/libstdbuf.so",
						 "/usr/lib/coreutils/libstdbuf.so" };
	const char *before = getenv("LD_PRELOAD");

	for (size_t i = 0; i < sizeof(libraries) / sizeof(*libraries); i++)
		if (access(libraries[i], R_OK) == 0) {
			setenv("LD_PRELOAD",
			       before ? arena_printf("%s:%s", before, libraries[i]) : libraries[i], 1);
			return;
		}
}

int stdbuf_main(struct stdbuf_options *opt, char **argv)
{
	set_modes('I', &opt->input);
	set_modes('O', &opt->output);
	set_modes('E', &opt->error);
	if (!*argv)
		die_usage("missing operand");
	if (!opt->input.count && !opt->output.count && !opt->error.count)
		die_usage("you must specify a buffering mode option");
	preload();
	run_command(argv, "failed to run command %s");
}
