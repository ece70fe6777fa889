/* sum - print checksums and sizes of files in the old ways
 *
 * usage: sum [OPTION]... [FILE]...
 *
 *   -r            the BSD way, with 1024-byte blocks, as without options
 *   -s, --sysv    the System V way, with 512-byte blocks
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "sum invocation"
 */
#include "libbb.h"
#include "sums.h"
#include "sum.gen.h"

int sum_main(struct sum_options *opt, char **files)
{
	struct sums s;

	sums_open(&s, HASH_MD5);
	return checksum_run(&s, opt->sysv > opt->r ? CHECKSUM_SYSV : CHECKSUM_BSD, files);
}
