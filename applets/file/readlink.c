/* readlink - print what symbolic links hold, or canonical file names
 *
 * usage: readlink [OPTION]... FILE...
 *
 *   -f, --canonicalize             follow every link; all components but the last must exist
 *   -e, --canonicalize-existing    follow every link; all components must exist
 *   -m, --canonicalize-missing     follow every link; nothing need exist
 *   -n, --no-newline               do not end the output with a newline
 *   -q, --quiet
 *   -s, --silent                   say nothing of most errors (the default)
 *   -v, --verbose                  report errors
 *   -z, --zero                     end each name with a NUL, not a newline
 *
 * install: /bin
 * options: pure
 * follows: POSIX.1-2024 readlink; GNU coreutils manual, "readlink invocation"
 */
#include "libbb.h"
#include "path.h"
#include "readlink.gen.h"

/* What is asked for of one FILE, or NULL with errno set. */
static char *value_of(const struct readlink_options *opt, const char *file)
{
	unsigned f = opt->canonicalize, e = opt->canonicalize_existing, m = opt->canonicalize_missing;

	if (!f && !e && !m)
		return read_link(AT_FDCWD, file);
	if (m > f && m > e)
		return canonical_path(file, CANON_MISSING, false);
	return canonical_path(file, e > f ? CANON_EXISTING : CANON_ALL_BUT_LAST, false);
}

int readlink_main(struct readlink_options *opt, char **argv)
{
	unsigned silence = opt->quiet > opt->silent ? opt->quiet : opt->silent;
	bool newline = !opt->no_newline;
	int status = 0;

	if (!*argv)
		die_missing_operand(NULL);
	if (argv[1] && !newline) {
		warn("ignoring --no-newline with multiple arguments");
		newline = true;
	}
	for (; *argv; argv++) {
		const char *value = value_of(opt, *argv);

		if (value) {
			out_str(value);
			if (newline)
				out_char(opt->zero ? 0 : '\n');
		} else {
			status = 1;
			if (opt->verbose > silence)
				warn_errno("%s", quote_maybe(*argv));
		}
	}
	return status;
}
