/* random.c - numbers and orders by chance */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include "arena.h"
#include "in.h"
#include "quote.h"
#include "random.h"
#include "run.h"

enum { BLOCK = 4096 };

void random_open(struct random *r, const char *name)
{
	*r = (struct random){ .name = name, .fd = -1 };
	if (name) {
		r->fd = open_file(name, O_RDONLY, 0);
		if (r->fd < 0)
			die_errno("%s", quote_maybe(name));
	}
	r->buf = arena_alloc(BLOCK);
}

/* Gets more bytes. */
static void fill(struct random *r)
{
	ssize_t n = r->name ? read_some(r->fd, r->buf, BLOCK) : getrandom(r->buf, 256, 0);

	if (n == 0)
		die("%s: end of file", quote(r->name));
	if (n < 0)
		die_errno("%s: read error", quote(r->name ? r->name : "getrandom"));
	r->pos = 0;
	r->end = (size_t)n;
}

void random_bytes(struct random *r, void *buf, size_t len)
{
	unsigned char *to = buf;

	while (len-- > 0) {
		if (r->pos == r->end)
			fill(r);
		*to++ = r->buf[r->pos++];
	}
}

/* Each byte makes `value` evenly distributed over 256 times as many numbers. Those beyond the last whole multiple of what is
 * asked for are not used up but kept for the next try, and so is the quotient. */
uintmax_t random_upto(struct random *r, uintmax_t most)
{
	uintmax_t count = most + 1;

	for (;;) {
		uintmax_t value = r->value, range = r->most, over, last;

		while (range < most) {
			unsigned char byte;

			random_bytes(r, &byte, 1);
			value = value << 8 | byte;
			range = range << 8 | 255;
		}
		if (range == most) {
			r->value = r->most = 0;
			return value;
		}
		over = (range - most) % count;
		last = range - over;
		if (value <= last) {
			r->value = value / count;
			r->most = (range - most) / count;
			return value % count;
		}
		r->value = value - last - 1;
		r->most = over - 1;
	}
}
