/* unxz.c - .xz, .lzma and .lz files, and raw streams of filters, unpacked
 *
 * Follows the .xz file format 1.1.0, the LZMA specification, and the manual of lzip.
 */
#include "arena.h"
#include "lzma.h"

enum { PART = 65536, TAIL = 64, /* what three filters hold back, at most 15 bytes each */ HEADER = 12 };

/* Sizes of blocks, which the index repeats. */
struct sums {
	uint64_t count, packed, unpacked;
	uint32_t crc;
};

/* A filter, and what it could not do yet. */
struct stage {
	struct xz_filter_state state;
	unsigned char *buf;
	size_t done, len; /* [0, done) was given, the rest comes again */
};

struct unxz {
	struct decoder d;
	struct lzma_decoder *lzma;
	bool inside, in_block;
	struct xz_chain chain;
	struct stage stages[3];
	struct xz_checker check;
	unsigned char flags;  /* of the stream */
	uint64_t block_start; /* where the header began */
	uint64_t data_start;  /* and where the data */
	uint64_t block_out;
	uint64_t said_in, said_out; /* sizes in the header, or UINT64_MAX */
	struct sums blocks;
	uint32_t crc; /* lzip */
};

static bool fail(struct unxz *z, unsigned error)
{
	return decoder_fail(&z->d, error);
}

/* The next bytes out of the filters from `i` on. */
static size_t filtered(struct unxz *z, unsigned i, const unsigned char **block)
{
	struct stage *s = &z->stages[i];

	if (i + 1 >= z->chain.count)
		return lzma_next(z->lzma, block, &z->d.error);
	for (;;) {
		const unsigned char *more;
		size_t n, rest = s->len - s->done;

		memmove(s->buf, s->buf + s->done, rest);
		n = filtered(z, i + 1, &more);
		memcpy(s->buf + rest, more, n);
		s->len = rest + n;
		s->done = n > 0 ? xz_filter_run(&s->state, s->buf, s->len) : rest;
		*block = s->buf;
		if (s->done > 0 || n == 0)
			return s->done;
	}
}

/* Sets up the filters of the chain. Returns false if there are none like these. */
static bool begin_chain(struct unxz *z)
{
	struct xz_chain *c = &z->chain;
	const struct xz_step *last = &c->steps[c->count - 1];
	uint64_t need = last->value + (uint64_t)65536;

	z->d.detail = need;
	if (z->d.memory_limit && need > z->d.memory_limit)
		return fail(z, DECODE_MEMORY);
	for (unsigned i = 0; i + 1 < c->count; i++) {
		struct stage *s = &z->stages[i];

		s->state = (struct xz_filter_state){ .kind = c->steps[i].kind,
						     .position = c->steps[i].value,
						     .distance = c->steps[i].value };
		s->done = s->len = 0;
		if (!s->buf)
			s->buf = arena_alloc(PART + TAIL);
	}
	if (last->kind == XZ_LZMA2)
		lzma2_begin(z->lzma, z->d.in, last->value);
	else if (!lzma_begin(z->lzma, z->d.in, last->lc + 9 * (last->lp + 5 * last->pb), last->value,
			     UINT64_MAX))
		return fail(z, DECODE_UNSUPPORTED);
	return true;
}

bool xz_number(const unsigned char **p, const unsigned char *end, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; *p < end && shift < 63; shift += 7) {
		unsigned char c = *(*p)++;

		*value |= (uint64_t)(c & 127) << shift;
		if (!(c & 128))
			return c != 0 || shift == 0;
	}
	return false;
}

bool xz_dictionary(unsigned bits, uint32_t *size)
{
	if (bits > 40)
		return false;
	*size = bits == 40 ? UINT32_MAX : (2u | (bits & 1)) << (bits / 2 + 11);
	return true;
}

/* Reads one filter of a block's header. Returns false if it is not known. */
static bool read_filter(struct xz_step *s, const unsigned char **p, const unsigned char *end, bool last)
{
	uint64_t id, size;
	const unsigned char *properties;

	if (!xz_number(p, end, &id) || !xz_number(p, end, &size) || size > (uint64_t)(end - *p))
		return false;
	properties = *p;
	*p += size;
	*s = (struct xz_step){ .kind = (enum xz_filter)id };
	if (id == XZ_LZMA2)
		return last && size == 1 && xz_dictionary(*properties, &s->value);
	if (last || id < XZ_DELTA || id > XZ_ARM64)
		return false;
	if (id == XZ_DELTA) {
		s->value = size == 1 ? *properties + 1u : 0;
		return size == 1;
	}
	s->value = size == 4 ? load32(properties) : 0;
	return (size == 0 || size == 4) && s->value % (id == XZ_IA64       ? 16
						       : id == XZ_X86      ? 1
						       : id == XZ_ARMTHUMB ? 2
									   : 4) ==
						   0;
}

/* Reads a block's header, which is all there. Sizes it does not say are UINT64_MAX. Returns false with *error set. */
static bool read_block_header(const unsigned char *p, struct xz_chain *chain, uint64_t *packed,
			      uint64_t *unpacked, unsigned *error)
{
	size_t size = 4 * (*p + 1u);
	const unsigned char *end = p + size - 4;
	unsigned flags = p[1];

	*error = DECODE_BAD;
	*packed = *unpacked = UINT64_MAX;
	if (crc32(0, p, size - 4) != load32(end))
		return false;
	p += 2;
	if ((flags & 0x40 && (!xz_number(&p, end, packed) || *packed == 0)) ||
	    (flags & 0x80 && !xz_number(&p, end, unpacked)))
		return false;
	*error = DECODE_UNSUPPORTED;
	if (flags & 0x3c)
		return false;
	chain->count = (flags & 3) + 1;
	for (unsigned i = 0; i < chain->count; i++)
		if (!read_filter(&chain->steps[i], &p, end, i + 1 == chain->count))
			return false;
	while (p < end)
		if (*p++)
			return false;
	return true;
}

/* Begins a block, whose header begins at the source's place. */
static bool begin_block(struct unxz *z)
{
	struct source *in = z->d.in;
	size_t size = 4 * (*in->p + 1u);
	unsigned error;

	z->block_start = source_position(in);
	if (!source_need(in, size))
		return fail(z, DECODE_TRUNCATED);
	if (!read_block_header(in->p, &z->chain, &z->said_in, &z->said_out, &error))
		return fail(z, error);
	in->p += size;
	z->data_start = source_position(in);
	z->block_out = 0;
	xz_check_begin(&z->check, z->d.unchecked ? XZ_NONE : (enum xz_check)z->flags);
	z->in_block = true;
	return begin_chain(z);
}

static void add_sizes(struct sums *s, uint64_t packed, uint64_t unpacked)
{
	uint64_t pair[2] = { packed, unpacked };

	s->count++;
	s->packed += packed;
	s->unpacked += unpacked;
	s->crc = crc32(s->crc, pair, sizeof(pair));
}

/* Compares what stands behind a block. */
static bool end_block(struct unxz *z)
{
	struct source *in = z->d.in;
	uint64_t packed = source_position(in) - z->data_start;
	unsigned size = xz_check_size((enum xz_check)z->flags);
	unsigned char check[64];

	z->in_block = false;
	if ((z->said_in != UINT64_MAX && z->said_in != packed) ||
	    (z->said_out != UINT64_MAX && z->said_out != z->block_out))
		return fail(z, DECODE_BAD);
	add_sizes(&z->blocks, packed + (z->data_start - z->block_start) + size, z->block_out);
	for (; packed % 4; packed++) {
		if (!source_need(in, 1))
			return fail(z, DECODE_TRUNCATED);
		if (*in->p++)
			return fail(z, DECODE_BAD);
	}
	if (!source_need(in, size))
		return fail(z, DECODE_TRUNCATED);
	if (z->check.kind == XZ_CRC32 || z->check.kind == XZ_CRC64 || z->check.kind == XZ_SHA256) {
		xz_check_end(&z->check, check);
		if (memcmp(check, in->p, size) != 0)
			return fail(z, DECODE_CHECK);
	}
	in->p += size;
	return true;
}

/* Reads a number of the index, which is summed up in *crc. */
static bool index_number(struct unxz *z, uint64_t *value, uint32_t *crc)
{
	struct source *in = z->d.in;
	const unsigned char *p;

	source_need(in, 9);
	p = in->p;
	if (!xz_number(&p, in->end, value))
		return fail(z, in->end - in->p < 9 ? DECODE_TRUNCATED : DECODE_BAD);
	*crc = crc32(*crc, in->p, (size_t)(p - in->p));
	in->p = p;
	return true;
}

/* Reads the index and the footer, and compares them with the blocks. */
static bool end_stream(struct unxz *z)
{
	struct source *in = z->d.in;
	uint64_t start = source_position(in), count, packed, unpacked, size;
	struct sums sums = { 0 };
	uint32_t crc = crc32(0, in->p++, 1);

	if (!index_number(z, &count, &crc))
		return false;
	if (count != z->blocks.count)
		return fail(z, DECODE_BAD);
	for (; count > 0; count--) {
		if (!index_number(z, &packed, &crc) || !index_number(z, &unpacked, &crc))
			return false;
		add_sizes(&sums, packed, unpacked);
	}
	if (sums.crc != z->blocks.crc)
		return fail(z, DECODE_BAD);
	while ((source_position(in) - start) % 4) {
		if (!source_need(in, 1))
			return fail(z, DECODE_TRUNCATED);
		crc = crc32(crc, in->p, 1);
		if (*in->p++)
			return fail(z, DECODE_BAD);
	}
	size = source_position(in) - start;
	if (!source_need(in, 4 + HEADER))
		return fail(z, DECODE_TRUNCATED);
	if (load32(in->p) != crc || memcmp(in->p + 14, "YZ", 2) != 0 ||
	    crc32(0, in->p + 8, 6) != load32(in->p + 4) || load32(in->p + 8) != size / 4 || in->p[12] != 0 ||
	    in->p[13] != z->flags)
		return fail(z, DECODE_BAD);
	in->p += 4 + HEADER;
	z->inside = false;
	z->d.members++;
	return true;
}

/* Looks for a stream, behind others after zeroes. */
static bool find_stream(struct unxz *z)
{
	struct source *in = z->d.in;
	bool more = z->d.members > 0;
	uint64_t zeroes = 0;

	if (more && z->d.single)
		return false;
	for (; more && source_need(in, 1) && *in->p == 0; in->p++)
		zeroes++;
	if (more && !source_need(in, 1))
		return zeroes % 4 ? fail(z, DECODE_BAD) : in->error ? fail(z, DECODE_READ) : false;
	if (zeroes % 4)
		return fail(z, DECODE_BAD);
	if (!source_need(in, HEADER)) {
		size_t n = (size_t)(in->end - in->p);
		bool begun = more || (n > 0 && memcmp(in->p, "\3757zXZ", n < 6 ? n : 6) == 0);

		return fail(z, begun ? DECODE_TRUNCATED : DECODE_MAGIC);
	}
	if (memcmp(in->p, "\3757zXZ", 6) != 0)
		return fail(z, more ? DECODE_BAD : DECODE_MAGIC);
	if (crc32(0, in->p + 6, 2) != load32(in->p + 8))
		return fail(z, DECODE_BAD);
	if (in->p[6] != 0 || in->p[7] > 15)
		return fail(z, DECODE_UNSUPPORTED);
	z->flags = in->p[7];
	in->p += HEADER;
	z->blocks = (struct sums){ 0 };
	z->inside = true;
	return true;
}

static size_t next_xz(struct decoder *d, const unsigned char **block)
{
	struct unxz *z = (struct unxz *)d;

	while (!d->error) {
		size_t n;

		if (!z->in_block) {
			if (!z->inside && !find_stream(z))
				return 0;
			if (!source_need(d->in, 1))
				return fail(z, DECODE_TRUNCATED);
			if (*d->in->p == 0)
				end_stream(z);
			else
				begin_block(z);
			continue;
		}
		n = filtered(z, 0, block);
		if (n > 0) {
			xz_check_add(&z->check, *block, n);
			z->block_out += n;
			d->member_out += n;
			return n;
		}
		if (!d->error)
			end_block(z);
	}
	return 0;
}

/* Begins a .lzma file, or a member of a .lz file. */
static bool begin_lzma(struct unxz *z)
{
	struct source *in = z->d.in;
	bool lzip = z->d.format == FORMAT_LZIP;
	uint32_t size;
	struct xz_step *s = &z->chain.steps[0];

	if (!source_need(in, lzip ? 6 : 13)) {
		if (lzip && z->d.members > 0) {
			z->d.garbage = in->p < in->end;
			return false;
		}
		return fail(z, DECODE_TRUNCATED);
	}
	z->chain.count = 1;
	z->crc = 0;
	z->block_out = 0;
	if (lzip) {
		if (memcmp(in->p, "LZIP", 4) != 0) {
			z->d.garbage = z->d.members > 0;
			return z->d.garbage ? false : fail(z, DECODE_MAGIC);
		}
		z->block_start = source_position(in);
		z->flags = in->p[4];
		size = in->p[5];
		if (z->flags > 1 || (size & 31) < 12 || (size & 31) > 29)
			return fail(z, DECODE_UNSUPPORTED);
		size = (1u << (size & 31)) - (1u << (size & 31)) / 16 * (size >> 5);
		*s = (struct xz_step){ .kind = XZ_LZMA1, .value = size, .lc = 3, .pb = 2 };
		in->p += 6;
		z->inside = begin_chain(z);
		return z->inside;
	}
	size = load32(in->p + 1);
	z->said_out = load64(in->p + 5);
	z->d.detail = size + (uint64_t)65536;
	if (z->d.memory_limit && z->d.detail > z->d.memory_limit)
		return fail(z, DECODE_MEMORY);
	if (in->p[0] >= 225 || !lzma_begin(z->lzma, in, in->p[0], size < 4096 ? 4096 : size, z->said_out))
		return fail(z, DECODE_MAGIC);
	in->p += 13;
	z->inside = true;
	return true;
}

/* Ends a .lzma file, or a member of a .lz file. */
static bool end_lzma(struct unxz *z)
{
	struct source *in = z->d.in;
	unsigned size = z->flags == 0 ? 12 : 20;

	z->inside = false;
	z->d.members++;
	if (z->d.format == FORMAT_LZMA)
		z->d.garbage = source_need(in, 1);
	if (z->d.format != FORMAT_LZIP)
		return true;
	if (!source_need(in, size))
		return fail(z, DECODE_TRUNCATED);
	if (load32(in->p) != z->crc && !z->d.unchecked)
		return fail(z, DECODE_CHECK);
	if (load64(in->p + 4) != z->block_out ||
	    (z->flags && load64(in->p + 12) != source_position(in) + 20 - z->block_start))
		return fail(z, DECODE_BAD);
	in->p += size;
	return true;
}

static size_t next_lzma(struct decoder *d, const unsigned char **block)
{
	struct unxz *z = (struct unxz *)d;

	while (!d->error) {
		size_t n;

		if (!z->inside) {
			if (d->members > 0 && (d->format != FORMAT_LZIP || d->single))
				return 0;
			if (d->format == FORMAT_RAW) {
				z->chain = *d->chain;
				z->inside = begin_chain(z);
			} else if (!begin_lzma(z)) {
				return 0;
			}
			continue;
		}
		n = filtered(z, 0, block);
		if (n > 0) {
			if (d->format == FORMAT_LZIP)
				z->crc = crc32(z->crc, *block, n);
			z->block_out += n;
			d->member_out += n;
			return n;
		}
		if (!d->error)
			end_lzma(z);
	}
	return 0;
}

struct decoder *unxz_new(struct source *in)
{
	struct unxz *z = arena_new(struct unxz);

	(void)in;
	z->lzma = lzma_decoder_new();
	z->d.next = next_xz;
	return &z->d;
}

struct decoder *unlzma_new(struct source *in)
{
	struct decoder *d = unxz_new(in);

	d->next = next_lzma;
	return d;
}
