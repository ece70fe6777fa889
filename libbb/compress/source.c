/* source.c - where compressed bytes come from, and which format they are */
#include <errno.h>
#include "arena.h"
#include "in.h"
#include "internal.h"

/* Bytes before those not consumed yet that stay there, as a decoder may go back so far. */
enum { BEFORE = 16 };

static void open_source(struct source *s)
{
	if (!s->buf)
		s->buf = (unsigned char *)arena_alloc(BEFORE + IO_BLOCK + SOURCE_PAD) + BEFORE;
	s->p = s->end = s->buf;
	s->eof = false;
	s->error = 0;
	s->taken = 0;
	s->limit = UINT64_MAX;
}

void source_open(struct source *s, int fd)
{
	open_source(s);
	s->fd = fd;
	s->read = NULL;
}

void source_open_function(struct source *s, ssize_t (*function)(void *from, void *buf, size_t size),
			  void *from)
{
	open_source(s);
	s->fd = -1;
	s->read = function;
	s->from = from;
}

/* Reads once, behind what is there. */
static void fill(struct source *s)
{
	unsigned char *end = s->buf + (s->end - s->buf);
	size_t size = (size_t)(s->buf + IO_BLOCK - end);
	ssize_t n;

	if (size > s->limit - s->taken)
		size = (size_t)(s->limit - s->taken);
	n = size == 0 ? 0 : s->read ? s->read(s->from, end, size) : read_some(s->fd, end, size);
	if (n <= 0) {
		s->eof = true;
		s->error = n < 0 ? errno : 0;
		n = 0;
	}
	s->taken += (uint64_t)n;
	s->end += n;
	memset(end + n, 0, SOURCE_PAD);
}

bool source_need(struct source *s, size_t n)
{
	if (s->end - s->p >= (ptrdiff_t)n) /* a decoder may be behind the end */
		return true;
	if (s->eof)
		return false;
	memmove(s->buf - BEFORE, s->p - BEFORE, (size_t)(s->end - s->p) + BEFORE);
	s->end = s->buf + (s->end - s->p);
	s->p = s->buf;
	while ((size_t)(s->end - s->p) < n && !s->eof)
		fill(s);
	return (size_t)(s->end - s->p) >= n;
}

uint64_t source_position(const struct source *s)
{
	return s->taken - (uint64_t)(s->end - s->p);
}

/* Whether it may be the header of a .lzma file: the properties, a dictionary of 2^n or 2^n + 2^(n-1) bytes, a size that is
 * unknown or under 256 GiB. */
static bool is_lzma(const unsigned char *p)
{
	uint32_t dictionary = load32(p + 1), low = dictionary & -dictionary;
	uint64_t size = load64(p + 5);

	if (p[0] >= 225 || dictionary == 0)
		return false;
	if (dictionary != UINT32_MAX && dictionary != low && dictionary != low + 2 * low)
		return false;
	return size == UINT64_MAX || size < (uint64_t)1 << 38;
}

enum format source_format(struct source *s)
{
	const unsigned char *p;
	size_t n;

	source_need(s, 13);
	p = s->p;
	n = (size_t)(s->end - p);
	if (n >= 2 && p[0] == 0x1f) {
		static const struct {
			unsigned char second, format;
		} old[] = { { 0x8b, FORMAT_GZIP },
			    { 0x9d, FORMAT_COMPRESS },
			    { 0x9e, FORMAT_GZIP },
			    { 0x1e, FORMAT_PACK },
			    { 0xa0, FORMAT_LZH } };

		for (size_t i = 0; i < sizeof(old) / sizeof(*old); i++)
			if (p[1] == old[i].second)
				return (enum format)old[i].format;
	}
	if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0)
		return FORMAT_ZIP;
	if (n >= 4 && memcmp(p, "BZh", 3) == 0 && p[3] >= '1' && p[3] <= '9')
		return FORMAT_BZIP2;
	if (n >= 6 && memcmp(p, "\3757zXZ", 6) == 0)
		return FORMAT_XZ;
	if (n >= 4 && memcmp(p, "LZIP", 4) == 0)
		return FORMAT_LZIP;
	if (n >= 4 && load32(p) == 0x184d2204)
		return FORMAT_LZ4;
	if (n >= 4 && (load32(p) == 0xfd2fb528 || load32(p) >> 4 == 0x184d2a5))
		return FORMAT_ZSTD;
	if (n >= 13 && is_lzma(p))
		return FORMAT_LZMA;
	return FORMAT_UNKNOWN;
}
