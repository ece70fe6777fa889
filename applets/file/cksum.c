/* cksum - print or check checksums of any kind
 *
 * usage: cksum [OPTION]... [FILE]...
 *
 *   -a, --algorithm=TYPE    bsd (sum -r), sysv (sum -s), crc (if not given), md5, sha1, sha224, sha256,
 *                           sha384, sha512, blake2b or sm3
 *   -c, --check             check the files by the lines in the FILEs
 *   -l, --length=BITS       of BLAKE2b's digest: 8, 16 ... 512
 *       --tag               lines with the name of the algorithm, as without this
 *       --untagged          lines as md5sum writes them
 *   -z, --zero              lines end with NUL, and names are not escaped
 *
 * Only with --check:
 *       --ignore-missing    pass over files that are not there
 *       --quiet             no line for each file that is as it should be
 *       --status            no output; the exit status tells
 *       --strict            fail because of malformed lines, too
 *   -w, --warn              tell of each malformed line
 *
 *       --debug             tell how the CRC is computed
 *
 * Without --algorithm each line that is checked has to name its own. FILE - is standard input, and so is no
 * FILE.
 *
 * install: /usr/bin
 * hidden: -b
 * hidden: -t
 * follows: POSIX.1-2024 cksum; GNU coreutils manual, "cksum invocation"
 */
#include "libbb.h"
#include "sums.h"
#include "cksum.gen.h"

int cksum_main(struct cksum_options *opt, char **files)
{
	static const char *const names[] = { "bsd",    "sysv",   "crc",    "md5",     "sha1", "sha224",
					     "sha256", "sha384", "sha512", "blake2b", "sm3",  NULL };
	static const unsigned char kinds[] = { [3] = HASH_MD5, HASH_SHA1,   HASH_SHA224,  HASH_SHA256,
					       HASH_SHA384,    HASH_SHA512, HASH_BLAKE2B, HASH_SM3 };
	int type = 2;
	struct sums s;

	if (opt->algorithm)
		type = choose_exact(names, opt->algorithm, "--algorithm");
	sums_open(&s, kinds[type]);
	if (opt->length) {
		s.kind = HASH_BLAKE2B;
		sums_length(&s, opt->length);
		if (type < 3 || kinds[type] != HASH_BLAKE2B)
			die("--length is only supported with --algorithm=blake2b");
	}
	if (opt->b || opt->t)
		die_usage(NULL);
	s.tag = !opt->check && opt->tag >= opt->untagged;
	s.zero = opt->zero;
	s.check = opt->check;
	s.ignore_missing = opt->ignore_missing;
	s.strict = opt->strict;
	sums_verbosity(&s, opt->quiet, opt->status, opt->warn);
	s.by_tag = !opt->algorithm;
	s.kind_name = opt->algorithm ? NULL : "CRC";
	if (type < 3 && opt->algorithm && opt->check)
		die("--check is not supported with --algorithm={bsd,sysv,crc}");
	sums_check_options(&s, false, false);
	if (opt->debug && type == 2)
		warn(crc_is_native() ? "using pclmul hardware support" : "pclmul support not detected");
	if (type < 3 && !opt->check)
		return checksum_run(&s,
				    type == 0   ? CHECKSUM_BSD
				    : type == 1 ? CHECKSUM_SYSV
						: CHECKSUM_CRC,
				    files);
	return sums_run(&s, files);
}
