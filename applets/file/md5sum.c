/* md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum - print or check message digests
 *
 * usage: md5sum [OPTION]... [FILE]...
 *
 *   -b, --binary            mark the names with *, which says nothing on this system
 *   -c, --check             check the files by the lines in the FILEs
 *       --tag               lines in the style of the BSDs: MD5 (FILE) = ...
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
 * follows: RFC 1321; FIPS 180-4; GNU coreutils manual, "md5sum invocation" and "sha2 utilities"
 */
#include "libbb.h"
#include "sums.h"
#include "md5sum.gen.h"

static enum hash_kind kind_of(const char *name)
{
	static const struct {
		char name[10];
		unsigned char kind;
	} kinds[] = {
		{ "sha1sum", HASH_SHA1 },     { "sha224sum", HASH_SHA224 }, { "sha256sum", HASH_SHA256 },
		{ "sha384sum", HASH_SHA384 }, { "sha512sum", HASH_SHA512 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].kind;
	return HASH_MD5;
}

int md5sum_main(struct md5sum_options *opt, char **files)
{
	struct sums s;

	sums_open(&s, kind_of(applet_name()));
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
