/* random.h - numbers and orders by chance
 *
 * Bytes come from the kernel or from a file (--random-source); the numbers drawn from a given file are those that the GNU
 * tools draw.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	const char *name; /* of the file, NULL for the kernel */
	int fd;
	unsigned char *buf;
	size_t pos, end;
	uintmax_t value, most; /* what is left of earlier draws: evenly distributed in 0..most */
};

/* Opens the source, `name` or the kernel's if that is NULL. Dies if it cannot be opened. */
void random_open(struct random *r, const char *name);

/* Fills `buf` with bytes of the source. Dies at its end. */
void random_bytes(struct random *r, void *buf, size_t len);

/* Returns a number from 0 to `most`, each as likely. */
uintmax_t random_upto(struct random *r, uintmax_t most);

#endif
