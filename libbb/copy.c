/* copy.c - moving file data from one descriptor to another */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/sendfile.h>
#include <unistd.h>
#include "arena.h"
#include "copy.h"
#include "in.h"
#include "out.h"

enum { MOST_AT_ONCE = 0x7ffff000 }; /* what the kernel copies in a call */

typedef ssize_t copy_way(int in, int out, size_t size);

static ssize_t by_range(int in, int out, size_t size)
{
	return copy_file_range(in, NULL, out, NULL, size, 0);
}

static ssize_t by_sendfile(int in, int out, size_t size)
{
	return sendfile(out, in, NULL, size);
}

static ssize_t by_splice(int in, int out, size_t size)
{
	return splice(in, NULL, out, NULL, size, SPLICE_F_MOVE | SPLICE_F_MORE);
}

/* Copies one way as long as it goes. Returns whether the input's end or the limit was reached. An end before the first
 * byte is none: there are files whose size is only known by reading them. */
static bool copy_by(copy_way *way, int in, int out, uintmax_t limit, uintmax_t *done)
{
	while (*done < limit) {
		uintmax_t left = limit - *done;
		ssize_t n = way(in, out, left < MOST_AT_ONCE ? (size_t)left : MOST_AT_ONCE);

		if (n > 0)
			*done += (uintmax_t)n;
		else if (n == 0)
			return *done > 0;
		else if (errno != EINTR)
			return false;
	}
	return true;
}

enum copy_result copy_blocks(int in, int out, uintmax_t limit, char **block, uintmax_t *copied)
{
	struct arena_mark mark = arena_mark();
	enum copy_result result = COPY_DONE;
	char *own = NULL;
	uintmax_t done = 0;

	if (!block)
		block = &own;
	if (!*block)
		*block = arena_alloc(COPY_BLOCK);
	while (done < limit) {
		uintmax_t left = limit - done;
		ssize_t n = read_some(in, *block, left < COPY_BLOCK ? (size_t)left : COPY_BLOCK);

		if (n == 0)
			break;
		if (n < 0 || write_all(out, *block, (size_t)n) < 0) {
			result = n < 0 ? COPY_READ_FAILED : COPY_WRITE_FAILED;
			break;
		}
		done += (uintmax_t)n;
	}
	if (copied)
		*copied = done;
	if (block == &own) {
		int code = errno;

		arena_release(mark);
		errno = code;
	}
	return result;
}

enum copy_result copy_stream(int in, int out, uintmax_t limit, char **block, uintmax_t *copied)
{
	static copy_way *const ways[] = { by_range, by_sendfile, by_splice };
	enum copy_result result = COPY_DONE;
	uintmax_t done = 0, rest = 0;
	bool ended = false;

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways) && !ended; i++)
		ended = copy_by(ways[i], in, out, limit, &done);
	/* An error is met again here, and then it is known whose it is. */
	if (!ended)
		result = copy_blocks(in, out, limit == COPY_ALL ? limit : limit - done, block, &rest);
	if (copied)
		*copied = done + rest;
	return result;
}
