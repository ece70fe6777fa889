/* gunzip.c - gzip members, and the first member of a zip file, unpacked */
#include "arena.h"
#include "buf.h"
#include "hash.h"
#include "internal.h"

enum {
	HEADER_CRC = 2,
	EXTRA = 4,
	NAME = 8,
	COMMENT = 16,
	ENCRYPTED = 32,
	RESERVED = 0xc0,
	DEFLATED = 8,
};

struct gunzip {
	struct decoder d;
	struct inflate *inflate;
	bool inside, any; /* a member is being read; one was begun before */
	bool stored;
	uint32_t zip_flags, left; /* zip: of the stored data */
	uint32_t crc, header_crc;
	uint64_t length;
};

/* The next byte of a header, or -1. */
static int header_byte(struct gunzip *g)
{
	if (!source_need(g->d.in, 1)) {
		decoder_fail(&g->d, DECODE_TRUNCATED);
		return -1;
	}
	g->header_crc = crc32(g->header_crc, g->d.in->p, 1);
	return *g->d.in->p++;
}

/* Passes over `n` bytes of a header. */
static bool skip(struct gunzip *g, unsigned n)
{
	while (n > 0 && header_byte(g) >= 0)
		n--;
	return n == 0;
}

/* Reads a string that ends in NUL, and keeps it if `b` is not NULL. */
static bool read_string(struct gunzip *g, struct buf *b)
{
	int c;

	while ((c = header_byte(g)) > 0)
		if (b)
			buf_char(b, (char)c);
	return c == 0;
}

/* Reads the parts of a header that its flags announce. */
static bool read_parts(struct gunzip *g, unsigned flags)
{
	struct buf name = { 0 };

	if (flags & EXTRA) {
		int low = header_byte(g), high = low < 0 ? -1 : header_byte(g);

		if (high < 0 || !skip(g, (unsigned)(low | high << 8)))
			return false;
		g->d.extra = (unsigned)(low | high << 8);
	}
	if (flags & NAME) {
		buf_str(&name, "");
		if (!read_string(g, g->any ? NULL : &name))
			return false;
		if (!g->any)
			g->d.name = name.data;
	}
	if (flags & COMMENT && !read_string(g, NULL))
		return false;
	if (flags & HEADER_CRC) {
		unsigned crc = g->header_crc & 0xffff;

		if (!source_need(g->d.in, 2))
			return decoder_fail(&g->d, DECODE_TRUNCATED);
		g->d.detail = load16(g->d.in->p) << 16 | crc;
		if (load16(g->d.in->p) != crc)
			return decoder_fail(&g->d, DECODE_HEADER);
		g->d.in->p += 2;
	}
	return true;
}

/* Reads the header of a gzip member, whose magic number is there. */
static bool begin_member(struct gunzip *g)
{
	struct decoder *d = &g->d;
	const unsigned char *p;

	if (!source_need(d->in, 4))
		return decoder_fail(d, DECODE_TRUNCATED);
	p = d->in->p;
	d->detail = p[2];
	if (p[2] != DEFLATED)
		return decoder_fail(d, DECODE_UNSUPPORTED);
	d->detail = p[3];
	if (p[3] & ENCRYPTED)
		return decoder_fail(d, DECODE_ENCRYPTED);
	if (p[3] & RESERVED)
		return decoder_fail(d, DECODE_FLAGS);
	if (!source_need(d->in, 10)) {
		d->in->p = d->in->end;
		return decoder_fail(d, DECODE_TRUNCATED);
	}
	p = d->in->p;
	if (!g->any)
		d->time = load32(p + 4);
	g->header_crc = crc32(0, p, 10);
	d->in->p += 10;
	if (!read_parts(g, p[3]))
		return false;
	if (!g->any)
		d->header = (unsigned)source_position(d->in);
	inflate_begin(g->inflate, d->in, &d->error);
	g->inside = g->any = true;
	g->crc = 0;
	g->length = 0;
	return true;
}

/* Checks what stands behind a member: its sum and its length. */
static void end_member(struct gunzip *g)
{
	struct decoder *d = &g->d;

	g->inside = false;
	d->member_out = g->length;
	d->check = g->crc;
	if (!source_need(d->in, 8)) {
		decoder_fail(d, DECODE_TRUNCATED);
		return;
	}
	if (load32(d->in->p) != g->crc)
		d->error |= DECODE_CHECK;
	if (load32(d->in->p + 4) != (uint32_t)g->length)
		d->error |= DECODE_LENGTH;
	d->in->p += 8;
	d->members += !d->error;
}

/* Looks for another member, after zeroes perhaps. */
static bool find_member(struct gunzip *g)
{
	struct source *in = g->d.in;

	if (g->any && g->d.single)
		return false;
	if (g->any && source_need(in, 1) && *in->p == 0) { /* padding up to the end of a block */
		while (source_need(in, 1) && *in->p == 0)
			in->p++;
		g->d.padding = true;
		g->d.garbage = in->p < in->end;
		return in->error && decoder_fail(&g->d, DECODE_READ);
	}
	if (source_need(in, 2) && in->p[0] == 0x1f && (in->p[1] == 0x8b || in->p[1] == 0x9e))
		return begin_member(g);
	if (!g->any)
		return decoder_fail(&g->d, in->end - in->p < 2 ? DECODE_TRUNCATED : DECODE_MAGIC);
	if (in->error)
		return decoder_fail(&g->d, DECODE_READ);
	g->d.garbage = in->p < in->end;
	return false;
}

static size_t next_gzip(struct decoder *d, const unsigned char **block)
{
	struct gunzip *g = (struct gunzip *)d;

	while (!d->error && (g->inside || find_member(g))) {
		size_t n = inflate_next(g->inflate, block);

		if (n > 0) {
			g->crc = crc32(g->crc, *block, n);
			g->length += n;
			return n;
		}
		if (!d->error)
			end_member(g);
	}
	return 0;
}

struct decoder *gunzip_new(struct source *in)
{
	struct gunzip *g = arena_new(struct gunzip);

	(void)in;
	g->inflate = inflate_new();
	g->d.next = next_gzip;
	return &g->d;
}

enum { ZIP_HEADER = 30, ZIP_ENCRYPTED = 1, ZIP_DESCRIPTOR = 8 };

/* Reads the header of a zip file's first member. */
static bool begin_zip(struct gunzip *g)
{
	struct decoder *d = &g->d;
	const unsigned char *p;
	unsigned method;

	if (!source_need(d->in, ZIP_HEADER))
		return decoder_fail(d, DECODE_TRUNCATED);
	p = d->in->p;
	g->zip_flags = load16(p + 6);
	d->detail = method = load16(p + 8);
	if (method != 0 && method != DEFLATED)
		return decoder_fail(d, DECODE_UNSUPPORTED);
	if (g->zip_flags & ZIP_ENCRYPTED)
		return decoder_fail(d, DECODE_ENCRYPTED);
	d->check = load32(p + 14);
	g->left = load32(p + 18);
	d->member_out = load32(p + 22);
	if (!skip(g, ZIP_HEADER + load16(p + 26) + load16(p + 28)))
		return false;
	g->stored = method == 0;
	if (!g->stored)
		inflate_begin(g->inflate, d->in, &d->error);
	g->inside = g->any = true;
	return true;
}

/* Compares with the sum and length in the header, or in the descriptor that follows. */
static void end_zip(struct gunzip *g)
{
	struct decoder *d = &g->d;
	uint32_t crc = d->check, length = (uint32_t)d->member_out;

	g->inside = false;
	if (g->zip_flags & ZIP_DESCRIPTOR && !g->stored) {
		if (!source_need(d->in, 16)) {
			decoder_fail(d, DECODE_TRUNCATED);
			return;
		}
		crc = load32(d->in->p + 4);
		length = load32(d->in->p + 12);
		d->in->p += 16;
	}
	d->member_out = g->length;
	d->check = g->crc;
	if (crc != g->crc)
		d->error |= DECODE_CHECK;
	if (length != (uint32_t)g->length)
		d->error |= DECODE_LENGTH;
	d->members++;
	/* other members follow: the central directory has the magic number PK\1\2 */
	d->garbage = source_need(d->in, 4) && memcmp(d->in->p, "PK\3\4", 4) == 0;
}

static size_t next_stored(struct gunzip *g, const unsigned char **block)
{
	struct source *in = g->d.in;
	size_t n = g->left;

	if (n == 0)
		return 0;
	if (!source_need(in, 1))
		return decoder_fail(&g->d, DECODE_TRUNCATED);
	if (n > (size_t)(in->end - in->p))
		n = (size_t)(in->end - in->p);
	*block = in->p;
	in->p += n;
	g->left -= (uint32_t)n;
	return n;
}

static size_t next_zip(struct decoder *d, const unsigned char **block)
{
	struct gunzip *g = (struct gunzip *)d;
	size_t n;

	if (!g->inside && (g->any || !begin_zip(g)))
		return 0;
	n = g->stored ? next_stored(g, block) : inflate_next(g->inflate, block);
	g->crc = crc32(g->crc, *block, n);
	g->length += n;
	if (n == 0 && !d->error)
		end_zip(g);
	return n;
}

struct decoder *unzip_first_new(struct source *in)
{
	struct gunzip *g = (struct gunzip *)gunzip_new(in);

	g->d.next = next_zip;
	return &g->d;
}
