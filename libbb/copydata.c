/* copydata.c - the contents of one file: cloned, with its holes, or simply all of it */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "arena.h"
#include "copy.h"
#include "copytree_internal.h"
#include "in.h"
#include "out.h"
#include "quote.h"
#include "run.h"

enum { HOLE = 4096 }; /* so many zeros make one */

static bool read_failed(const struct copy_item *i)
{
	warn_errno("error reading %s", quote_file(i->from.path));
	return false;
}

static bool write_failed(const struct copy_item *i)
{
	warn_errno("error writing %s", quote_file(i->to.path));
	return false;
}

/* The same for a file with holes, in the words GNU has for that. */
static bool stretch_failed(const struct copy_item *i)
{
	warn_errno("%s: write failed", quote_maybe(i->to.path));
	return false;
}

static bool report(const struct copy_item *i, enum copy_result result)
{
	if (result == COPY_READ_FAILED)
		return read_failed(i);
	return result == COPY_DONE || write_failed(i);
}

/* Whether `len` bytes, at most HOLE and aligned to 8, are all zero. */
static bool all_zero(const char *p, size_t len)
{
	const uint64_t *word = (const uint64_t *)(const void *)p;
	uint64_t any = 0;

	for (; len >= 8; len -= 8)
		any |= *word++;
	p = (const char *)word;
	while (len-- > 0)
		any |= (unsigned char)*p++;
	return any == 0;
}

/* Writes a block but for its zeros, which are passed over. *skipped tells whether it ended so. */
static int write_around_zeros(int out, const char *block, size_t len, bool *skipped)
{
	for (size_t at = 0, end; at < len; at = end) {
		bool zero = all_zero(block + at, len - at < HOLE ? len - at : HOLE);

		for (end = at; end < len;) {
			size_t n = len - end < HOLE ? len - end : HOLE;

			if (all_zero(block + end, n) != zero)
				break;
			end += n;
		}
		if (zero ? lseek(out, (off_t)(end - at), SEEK_CUR) < 0
			 : write_all(out, block + at, end - at) < 0)
			return -1;
		*skipped = zero;
	}
	return 0;
}

/* Copies up to `limit` bytes with holes for zeros. */
static bool copy_sparsely(struct copier *c, const struct copy_item *i, int in, int out, uintmax_t limit,
			  bool *skipped)
{
	uintmax_t done = 0;

	if (!c->block)
		c->block = arena_alloc(COPY_BLOCK);
	while (done < limit) {
		uintmax_t left = limit - done;
		ssize_t n = read_all(in, c->block, left < COPY_BLOCK ? (size_t)left : COPY_BLOCK);

		if (n < 0)
			return read_failed(i);
		if (n == 0)
			break;
		if (write_around_zeros(out, c->block, (size_t)n, skipped) < 0)
			return stretch_failed(i);
		done += (uintmax_t)n;
	}
	return true;
}

/* Copies a file with holes one stretch of data after the other. */
static bool copy_stretches(struct copier *c, const struct copy_item *i, int in, int out)
{
	off_t size = i->st.st_size, data = 0, end;
	bool skipped = false;

	while (data < size) {
		off_t start = lseek(in, data, SEEK_DATA);
		uintmax_t limit;

		if (start < 0 && errno == ENXIO) {
			skipped = true;
			break;
		}
		end = start < 0 ? -1 : lseek(in, start, SEEK_HOLE);
		if (end < 0) { /* no such thing in this file system: everything is data */
			start = data;
			end = size;
		}
		if (lseek(in, start, SEEK_SET) < 0)
			return read_failed(i);
		if (lseek(out, start, SEEK_SET) < 0)
			return stretch_failed(i);
		limit = end < size ? (uintmax_t)(end - start) : COPY_ALL;
		skipped = false;
		if (c->opt.sparse == SPARSE_ALWAYS) {
			if (!copy_sparsely(c, i, in, out, limit, &skipped))
				return false;
		} else {
			enum copy_result result = copy_stream(in, out, limit, &c->block, NULL);

			if (result != COPY_DONE)
				return result == COPY_READ_FAILED ? read_failed(i) : stretch_failed(i);
		}
		if (limit == COPY_ALL)
			break;
		data = end;
	}
	end = lseek(out, 0, SEEK_CUR);
	if (skipped && ftruncate(out, end > size ? end : size) < 0)
		return stretch_failed(i);
	return true;
}

/* Tries to make the destination share the blocks of the source. */
static bool clone(struct copier *c, int in, int out, const struct stat *st, dev_t to)
{
	bool required = c->opt.reflink == REFLINK_ALWAYS;

	if (c->no_clone && !required && c->clone_from == st->st_dev && c->clone_to == to)
		return false;
	if (ioctl(out, FICLONE, in) == 0)
		return !required || ftruncate(out, st->st_size) == 0;
	if (errno == EOPNOTSUPP || errno == ENOTTY || errno == EXDEV || errno == ENOSYS) {
		c->no_clone = true;
		c->clone_from = st->st_dev;
		c->clone_to = to;
	}
	return false;
}

/* Copies a file that fits in a block with one read and one write. Returns whether that was all of it; what was read
 * before is then in the destination already. */
static bool copy_small(struct copier *c, const struct copy_item *i, int in, int out, bool *ok)
{
	ssize_t n;

	if (!c->block)
		c->block = arena_alloc(COPY_BLOCK);
	n = read_some(in, c->block, COPY_BLOCK);
	*ok = n < 0 ? read_failed(i) : write_all(out, c->block, (size_t)n) == 0 || write_failed(i);
	return !*ok || n == 0 || n == i->st.st_size;
}

bool copy_contents(struct copier *c, const struct copy_item *i, int in, int out, const struct stat *to)
{
	const struct stat *st = &i->st;
	bool regular = S_ISREG(st->st_mode), ok;

	if ((c->opt.reflink == REFLINK_ALWAYS ||
	     (c->opt.reflink == REFLINK_AUTO && st->st_size > 0 && regular)) &&
	    clone(c, in, out, st, to->st_dev))
		return true;
	if (c->opt.reflink == REFLINK_ALWAYS) {
		warn_errno("failed to clone %s from %s", quote_file(i->to.path), quote_file(i->from.path));
		return false;
	}
	if (c->opt.sparse == SPARSE_NEVER && regular)
		return report(i, copy_blocks(in, out, COPY_ALL, &c->block, NULL));
	if (S_ISREG(to->st_mode) && st->st_size > 0 &&
	    (c->opt.sparse == SPARSE_ALWAYS || (intmax_t)st->st_blocks * 512 < (intmax_t)st->st_size))
		return copy_stretches(c, i, in, out);
	if (regular && st->st_size < COPY_BLOCK && copy_small(c, i, in, out, &ok))
		return ok;
	return report(i, copy_stream(in, out, COPY_ALL, &c->block, NULL));
}
