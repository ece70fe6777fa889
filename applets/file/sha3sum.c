/* sha3sum - print or check SHA-3 digests
 *
 * usage: sha3sum [OPTION]... [FILE]...
 *
 *   -a, --algorithm=BITS    224 (if not said), 256, 384 or 512
 *   -b, --binary            mark the names with *, which says nothing on this system
 *   -c, --check             check the files by the lines in the FILEs
 *       --tag               lines in the style of the BSDs: SHA3-224 (FILE) = ...
 *   -t, --text              do not mark the names, as without this
 *   -z, --zero              lines end with NUL, and names are not escaped
 *
 * Only with --check:
 *       --ignore-missing    pass over files that are not there
 *       --quiet             no line for each file that is as it should be
 *   -s, --status            no output; the exit status tells
 *       --strict            fail because of malformed lines, too
 *   -w, --warn              tell of each malformed line
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: FIPS 202; BusyBox sha3sum; GNU coreutils manual, "md5sum invocation"
 */
#include "libbb.h"
#include "sums.h"
#include "sha3sum.gen.h"

int sha3sum_main(struct sha3sum_options *opt, char **files)
{
	const char *bits = opt->algorithm ? opt->algorithm : "224";
	struct sums s;
	uintmax_t n;

	if (parse_uint(bits, NULL, &n) != NUM_OK || (n != 224 && n != 256 && n != 384 && n != 512))
		die("bad -a '%s'", bits);
	sums_open(&s, HASH_SHA3);
	s.size = (size_t)n / 8;
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
