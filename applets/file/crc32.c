/* crc32 - print the CRC-32 of files, as gzip and zip know it
 *
 * usage: crc32 [FILE]...
 *
 * With several FILEs each line has the name too. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: crc32 of Perl's Archive::Zip, by its manual
 */
#include "libbb.h"
#include "sums.h"
#include "crc32.gen.h"

static void add(void *to, const void *p, size_t n)
{
	uint32_t *crc = to;

	*crc = crc32(*crc, p, n);
}

int crc32_main(struct crc32_options *opt, char **files)
{
	char dash[] = "-", *stdin_only[] = { dash, NULL };
	bool named = *files && files[1];
	struct sums s;
	int status = 0;

	(void)opt;
	sums_open(&s, HASH_MD5);
	for (files = *files ? files : stdin_only; *files; files++) {
		uint32_t crc = 0;

		if (sums_read(&s, *files, add, &crc) < 0)
			status = 1;
		else if (named)
			out_fmt("%08x\t%s\n", crc, *files);
		else
			out_fmt("%08x\n", crc);
	}
	return status;
}
