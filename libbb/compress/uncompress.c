/* uncompress.c - files of compress(1), .Z, unpacked
 *
 * hot: what uncompress does
 */
#include "arena.h"
#include "internal.h"

enum { CHUNK = 131072, CLEAR = 256, FIRST_BITS = 9, MOST_BITS = 16, BLOCK_MODE = 0x80 };

struct uncompress {
	struct decoder d;
	bool begun, block_mode;
	unsigned max_bits, max_width, width, next; /* of codes; the next code that gets a meaning */
	unsigned in_group;                         /* codes of the group of eight that were read */
	int last;                                  /* the code before, -1: none */
	uint64_t bits;
	unsigned count;
	unsigned char first; /* byte of the string before */
	uint16_t prefix[1 << MOST_BITS];
	uint16_t length[1 << MOST_BITS]; /* of its string */
	unsigned char suffix[1 << MOST_BITS];
	unsigned char *out;
};

static bool begin(struct uncompress *u)
{
	struct decoder *d = &u->d;
	unsigned flags;

	if (!source_need(d->in, 3))
		return decoder_fail(d, DECODE_TRUNCATED);
	if (d->in->p[0] != 0x1f || d->in->p[1] != 0x9d)
		return decoder_fail(d, DECODE_MAGIC);
	flags = d->in->p[2];
	d->detail = flags & 31;
	if ((flags & 31) > MOST_BITS)
		return decoder_fail(d, DECODE_UNSUPPORTED);
	d->in->p += 3;
	u->max_bits = flags & 31;
	u->max_width = u->max_bits > FIRST_BITS ? u->max_bits
						: FIRST_BITS + 1; /* compress -b 9 goes to 10, too */
	u->block_mode = flags & BLOCK_MODE;
	u->width = FIRST_BITS;
	u->next = u->block_mode ? CLEAR + 1 : CLEAR;
	u->last = -1;
	for (unsigned i = 0; i < 256; i++) {
		u->suffix[i] = (unsigned char)i;
		u->length[i] = 1;
	}
	u->begun = true;
	return true;
}

/* Passes over the codes that are left of a group of eight: the encoder fills them up when their width changes. */
static void end_group(struct uncompress *u)
{
	unsigned rest = u->in_group ? (8 - u->in_group) * u->width : 0;

	u->in_group = 0;
	while (rest > 0) {
		unsigned n = rest < u->count ? rest : u->count;

		u->bits >>= n;
		u->count -= n;
		rest -= n;
		if (rest > 0) {
			if (!source_need(u->d.in, 1))
				return;
			u->bits = *u->d.in->p++;
			u->count = 8;
		}
	}
}

/* The next code, -1 at the end. */
static inline int next_code(struct uncompress *u)
{
	struct source *in = u->d.in;
	int code;

	while (u->count < u->width) {
		if (in->end - in->p < 4 && !source_need(in, 4) && !source_need(in, 1))
			return -1;
		if (in->end - in->p >= 4) {
			u->bits |= (uint64_t)load32(in->p) << u->count;
			u->count += 32;
			in->p += 4;
		} else {
			u->bits |= (uint64_t)*in->p++ << u->count;
			u->count += 8;
		}
	}
	code = (int)(u->bits & ((1u << u->width) - 1));
	u->bits >>= u->width;
	u->count -= u->width;
	u->in_group = (u->in_group + 1) & 7;
	return code;
}

/* Writes the string of a code at `out`; returns its length. */
static inline unsigned put_string(struct uncompress *u, unsigned code, unsigned char *out)
{
	unsigned len = u->length[code];

	for (unsigned char *p = out + len; p > out; code = u->prefix[code])
		*--p = u->suffix[code];
	return len;
}

static size_t next(struct decoder *d, const unsigned char **block)
{
	struct uncompress *u = (struct uncompress *)d;
	unsigned char *out = u->out, *limit = u->out + CHUNK;

	*block = u->out;
	if (!u->begun && !begin(u))
		return 0;
	while (out < limit) {
		unsigned code, len;
		int got;

		if (u->width < u->max_width && u->next >= 1u << u->width) {
			end_group(u);
			u->width++;
		}
		got = next_code(u);
		if (got < 0) {
			if (d->in->error)
				decoder_fail(d, DECODE_READ);
			break;
		}
		code = (unsigned)got;
		if (code == CLEAR && u->block_mode) {
			end_group(u);
			u->width = FIRST_BITS;
			u->next = CLEAR + 1;
			u->last = -1;
			continue;
		}
		if (u->last < 0 ? code >= 256 : code > u->next || code >= 1u << u->max_bits) {
			decoder_fail(d, DECODE_BAD);
			break;
		}
		if (u->last >= 0 && u->next < 1u << u->max_bits && u->length[u->last] < UINT16_MAX) {
			u->prefix[u->next] = (uint16_t)u->last;
			u->length[u->next] = (uint16_t)(u->length[u->last] + 1);
			u->suffix[u->next] =
				u->first; /* right if the code is this one; else put right below */
		}
		len = put_string(u, code, out);
		u->first = *out;
		if (u->last >= 0 && u->next < 1u << u->max_bits)
			u->suffix[u->next++] = u->first;
		u->last = (int)code;
		out += len;
	}
	d->member_out += (size_t)(out - u->out);
	return (size_t)(out - u->out);
}

struct decoder *uncompress_new(struct source *in)
{
	struct uncompress *u = arena_new(struct uncompress);

	(void)in;
	u->out = arena_alloc(CHUNK + UINT16_MAX + 1);
	u->d.next = next;
	return &u->d;
}
