/* sums.h - the lines of md5sum and its relatives: writing them, and checking files by them
 *
 * Follows the GNU coreutils manual, "md5sum invocation" and "cksum invocation"; the behaviour of coreutils 9.1.
 */
#ifndef SUMS_H
#define SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include "hash.h"

struct sums {
	enum hash_kind kind;
	size_t size;                               /* of the digests, bytes */
	bool tag, binary, zero;                    /* how a line looks */
	bool check, ignore_missing, quiet, status; /* how it is checked */
	bool strict, warn;
	bool by_tag;           /* cksum -c: each line's tag tells the algorithm */
	const char *kind_name; /* in messages, until a tag is read; NULL: that of `kind` */

	char *block;       /* memory to read in */
	bool stdin_closed; /* it was to be read */
	signed char
		spacing; /* of lines checked before: 0 two characters after the digest, 1 one, -1 not known */
};

/* Sets up what the rest needs; the options are set afterwards. */
void sums_open(struct sums *s, enum hash_kind kind);

/* Sets what of --quiet, --status and --warn, given by where they stand on the command line, came last. */
void sums_verbosity(struct sums *s, unsigned quiet, unsigned status, unsigned warn);

/* Ends the applet with a usage error if the options contradict each other. `text` says that -t came last of -b, -t and --tag,
 * `mode` that -b or -t was given. */
void sums_check_options(const struct sums *s, bool text, bool mode);

/* Reads the argument of -l, bits, and sets the size of the digests; ends the applet if BLAKE2b has no such. */
void sums_length(struct sums *s, const char *bits);

/* Does all the work for the operands, `-` if there are none: checks, or prints. Returns the exit status. */
int sums_run(struct sums *s, char **files);

/* Reads a file to its end and gives each block of it to `add`. Returns 0 or -1 after a message. */
int sums_read(struct sums *s, const char *file, void (*add)(void *to, const void *p, size_t n), void *to);

enum checksum_kind { CHECKSUM_BSD, CHECKSUM_SYSV, CHECKSUM_CRC };

/* Prints checksum and size of each operand, `-` if there are none, as `sum -r`, `sum -s` and cksum do. */
int checksum_run(struct sums *s, enum checksum_kind kind, char **files);

#endif
