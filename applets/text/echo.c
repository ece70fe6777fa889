/* echo - write the arguments to standard output, with blanks between them
 *
 * usage: echo [-neE]... [STRING]...
 *
 *   -n    no newline at the end
 *   -e    read the escapes below in the STRINGs
 *   -E    do not read them (default)
 *
 * Options end at the first argument that has any other letter; there is no `--'.
 *
 *   \\ \a \b \e \f \n \r \t \v    backslash, bell, backspace, escape, form feed,
 *                                 newline, return, tab, vertical tab
 *   \c                            end the output here, without a newline
 *   \0NNN or \NNN                 the byte with this octal value, up to three digits
 *   \xHH                          the byte with this hexadecimal value, one or two digits
 *
 * If POSIXLY_CORRECT is set escapes are always read, and an option is only what stands
 * behind a first argument -n.
 *
 * install: /bin
 * options: raw pure no-help
 * follows: POSIX.1-2024 echo; GNU coreutils manual, "echo invocation"
 */
#include "libbb.h"
#include "escape.h"
#include "echo.gen.h"

/* Reads one argument as options. Returns whether it is only that. */
static bool read_flags(const char *arg, bool *newline, bool *escapes)
{
	if (arg[0] != '-' || !arg[1] || arg[1 + strspn(arg + 1, "neE")])
		return false;
	while (*++arg)
		if (*arg == 'n')
			*newline = false;
		else
			*escapes = *arg == 'e';
	return true;
}

/* Writes a string with its escapes read. Returns false after \c. */
static bool put_escaped(const char *s)
{
	const char *backslash;
	uint32_t value;

	while ((backslash = strchr(s, '\\'))) {
		out_mem(s, (size_t)(backslash - s));
		s = backslash + 1;
		switch (escape_read(&s, "\\abcefnrtv01x", &value)) {
		case ESCAPE_BYTE:
			out_char((char)value);
			break;
		case ESCAPE_STOP:
			return false;
		default:
			out_mem(backslash, (size_t)(s - backslash));
		}
	}
	out_str(s);
	return true;
}

int echo_main(struct echo_options *opt, char **argv)
{
	bool posix = getenv("POSIXLY_CORRECT");
	bool newline = true, escapes = false;

	if (!posix && *argv && !argv[1] && (!strcmp(*argv, "--help") || !strcmp(*argv, "--version")))
		parse_options(this_applet(), opt, argv);
	if (!posix || (*argv && strcmp(*argv, "-n") == 0))
		while (*argv && read_flags(*argv, &newline, &escapes))
			argv++;
	for (; *argv; argv++) {
		if (!escapes && !posix)
			out_str(*argv);
		else if (!put_escaped(*argv))
			return 0;
		if (argv[1])
			out_char(' ');
	}
	if (newline)
		out_char('\n');
	return 0;
}
