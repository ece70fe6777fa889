/* basename - print a file name without its directory and suffix
 *
 * usage: basename NAME [SUFFIX]
 * usage: basename OPTION... NAME...
 *
 *   -a, --multiple         every operand is a NAME
 *   -s, --suffix=SUFFIX    remove SUFFIX from the end; implies -a
 *   -z, --zero             end each name with a NUL, not a newline
 *
 * install: /usr/bin
 * options: stop pure
 * follows: POSIX.1-2024 basename; GNU coreutils manual, "basename invocation"
 */
#include "libbb.h"
#include "path.h"
#include "basename.gen.h"

/* Writes the base name of `path` without `suffix`, unless that is all of it. */
static void print_base(const char *path, const char *suffix, char end)
{
	const char *base = path_base(path);
	size_t len = strlen(base), suffix_len = suffix ? strlen(suffix) : 0;

	if (len > suffix_len && *base != '/' &&
	    memcmp(base + len - suffix_len, suffix ? suffix : "", suffix_len) == 0)
		len -= suffix_len;
	out_mem(base, len);
	out_char(end);
}

int basename_main(struct basename_options *opt, char **argv)
{
	bool multiple = opt->multiple || opt->suffix;
	char end = opt->zero ? 0 : '\n';

	if (!*argv)
		die_missing_operand(NULL);
	if (!multiple && argv[1] && argv[2])
		die_extra_operand(argv[2]);
	if (!multiple)
		print_base(argv[0], argv[1], end);
	else
		for (; *argv; argv++)
			print_base(*argv, opt->suffix, end);
	return 0;
}
