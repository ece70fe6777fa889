/* b2sum - print or check BLAKE2b digests
 *
 * usage: b2sum [OPTION]... [FILE]...
 *
 *   -b, --binary            mark the names with *, which says nothing on this system
 *   -c, --check             check the files by the lines in the FILEs
 *   -l, --length=BITS       of the digest: 8, 16 ... 512, which is what 0 and no -l stand for
 *       --tag               lines in the style of the BSDs: BLAKE2b (FILE) = ...
 *   -t, --text              do not mark the names, as without this
 *   -z, --zero              lines end with NUL, and names are not escaped
 *
 * Only with --check:
 *       --ignore-missing    pass over files that are not there
 *       --quiet             no line for each file that is as it should be
 *       --status            no output; the exit status tells
 *       --strict            fail because of malformed lines, too
 *   -w, --warn              tell of each malformed line
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: RFC 7693; GNU coreutils manual, "b2sum invocation"
 */
#include "libbb.h"
#include "sums.h"
#include "b2sum.gen.h"

int b2sum_main(struct b2sum_options *opt, char **files)
{
	struct sums s;

	sums_open(&s, HASH_BLAKE2B);
	if (opt->length)
		sums_length(&s, opt->length);
	s.tag = opt->tag;
	s.binary = opt->binary > opt->text;
	s.zero = opt->zero;
	s.check = opt->check;
	s.ignore_missing = opt->ignore_missing;
	s.strict = opt->strict;
	sums_verbosity(&s, opt->quiet, opt->status, opt->warn);
	sums_check_options(&s, opt->text > opt->binary && opt->text > opt->tag, opt->text || opt->binary);
	return sums_run(&s, files);
}
