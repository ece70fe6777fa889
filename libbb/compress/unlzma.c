/* unlzma.c - LZMA and LZMA2 streams unpacked
 *
 * hot: what unxz does
 *
 * What was unpacked stays in a ring as large as the dictionary; each call fills some of it.
 */
#include "arena.h"
#include "lzma.h"

enum {
	PART = 65536,          /* what is given at a time, at most */
	SMALLEST_RING = 65536, /* also for a smaller dictionary */
	SLACK = 16,
	SYMBOL = 21, /* bytes of input that a symbol takes, at most */
};

#define TOP (1u << 24)

struct range {
	uint32_t range, code;
	const unsigned char *p;
};

struct lzma_decoder {
	struct source *in;
	bool lzma2, marked, ended; /* marked: the end is told by a mark */
	bool need_dictionary, need_properties, need_state, raw;
	uint64_t left; /* bytes of the chunk, or stream, that are not unpacked yet */
	const unsigned char *chunk_end;
	size_t chunk_packed;
	struct range range;
	unsigned lc, lp, pb;
	unsigned state, pending; /* bytes of a match that are still to be copied */
	uint32_t repeats[LZMA_REPEATS];
	unsigned char *ring;
	size_t size, allocated, pos, full, dictionary;
	struct lzma_model model;
	uint16_t *literals;
	size_t contexts; /* room */
};

static inline void normalize(struct range *r)
{
	if (r->range < TOP) {
		r->range <<= 8;
		r->code = r->code << 8 | *r->p++;
	}
}

static inline unsigned get_bit(struct range *r, uint16_t *probability)
{
	uint32_t bound, p = *probability;

	normalize(r);
	bound = (r->range >> 11) * p;
	if (r->code < bound) {
		r->range = bound;
		*probability = (uint16_t)(p + ((2048 - p) >> 5));
		return 0;
	}
	r->range -= bound;
	r->code -= bound;
	*probability = (uint16_t)(p - (p >> 5));
	return 1;
}

static inline unsigned get_tree(struct range *r, uint16_t *probabilities, unsigned bits)
{
	unsigned symbol = 1;

	for (unsigned i = 0; i < bits; i++)
		symbol = symbol << 1 | get_bit(r, probabilities + symbol);
	return symbol - (1u << bits);
}

static inline unsigned get_reverse(struct range *r, uint16_t *probabilities, unsigned bits)
{
	unsigned symbol = 1, value = 0;

	for (unsigned i = 0; i < bits; i++) {
		unsigned bit = get_bit(r, probabilities + symbol);

		symbol = symbol << 1 | bit;
		value |= bit << i;
	}
	return value;
}

static inline uint32_t get_direct(struct range *r, unsigned bits)
{
	uint32_t value = 0;

	for (; bits > 0; bits--) {
		normalize(r);
		r->range >>= 1;
		value <<= 1;
		if (r->code >= r->range) {
			r->code -= r->range;
			value |= 1;
		}
	}
	return value;
}

static inline unsigned get_length(struct range *r, struct lzma_lengths *l, unsigned position)
{
	if (!get_bit(r, &l->choice[0]))
		return LZMA_LEAST + get_tree(r, l->low[position], 3);
	if (!get_bit(r, &l->choice[1]))
		return LZMA_LEAST + 8 + get_tree(r, l->middle[position], 3);
	return LZMA_LEAST + 16 + get_tree(r, l->high, 8);
}

static inline uint32_t get_distance(struct range *r, struct lzma_model *m, unsigned length)
{
	unsigned slot = get_tree(r, m->slots[length < 6 ? length - 2 : 3], 6), bits;
	uint32_t distance;

	if (slot < 4)
		return slot;
	bits = (slot >> 1) - 1;
	distance = (2 | (slot & 1)) << bits;
	if (slot < 14)
		return distance + get_reverse(r, m->distances + distance - slot, bits);
	distance += get_direct(r, bits - 4) << 4;
	return distance + get_reverse(r, m->aligned, 4);
}

/* A literal; after a match the byte at the last distance helps. */
static inline unsigned get_literal(struct range *r, uint16_t *probabilities, bool matched, unsigned byte)
{
	unsigned symbol = 1;

	if (matched) {
		unsigned offset = 0x100;

		while (symbol < 0x100) {
			unsigned match_bit, bit;

			byte <<= 1;
			match_bit = byte & offset;
			bit = get_bit(r, probabilities + offset + match_bit + symbol);
			symbol = symbol << 1 | bit;
			offset &= bit ? match_bit : ~match_bit;
		}
		return symbol & 0xff;
	}
	for (int i = 0; i < 8; i++)
		symbol = symbol << 1 | get_bit(r, probabilities + symbol);
	return symbol & 0xff;
}

/* Copies what is pending of a match, up to `limit`. */
static inline size_t copy_pending(struct lzma_decoder *z, size_t pos, size_t limit)
{
	size_t n = limit - pos < z->pending ? limit - pos : z->pending, distance = (size_t)z->repeats[0] + 1,
	       from = pos >= distance ? pos - distance : pos + z->size - distance;

	z->pending -= (unsigned)n;
	if (distance >= 8 && from + n <= z->size && pos + n + 8 <= z->size) {
		for (size_t i = 0; i < n; i += 8)
			memcpy(z->ring + pos + i, z->ring + from + i, 8);
		return pos + n;
	}
	for (; n > 0; n--) {
		z->ring[pos++] = z->ring[from++];
		if (from == z->size)
			from = 0;
	}
	return pos;
}

/* Reads a match, or a repetition, whose length becomes pending. Returns false for the mark of the end. */
static __attribute__((noinline)) bool get_match(struct lzma_decoder *z, unsigned position)
{
	struct lzma_model *m = &z->model;
	unsigned state = z->state;
	uint32_t *rep = z->repeats, distance;
	struct range range = z->range, *r = &range;

	if (!get_bit(r, &m->repeat[state])) {
		z->pending = get_length(r, &m->lengths, position);
		distance = get_distance(r, m, z->pending);
		rep[3] = rep[2];
		rep[2] = rep[1];
		rep[1] = rep[0];
		rep[0] = distance;
		z->state = state < 7 ? 7 : 10;
		z->range = range;
		return distance != UINT32_MAX;
	}
	if (!get_bit(r, &m->repeat0[state])) {
		if (!get_bit(r, &m->repeat0_long[state][position])) {
			z->state = state < 7 ? 9 : 11;
			z->pending = 1;
			z->range = range;
			return true;
		}
	} else {
		if (!get_bit(r, &m->repeat1[state])) {
			distance = rep[1];
		} else {
			if (!get_bit(r, &m->repeat2[state])) {
				distance = rep[2];
			} else {
				distance = rep[3];
				rep[3] = rep[2];
			}
			rep[2] = rep[1];
		}
		rep[1] = rep[0];
		rep[0] = distance;
	}
	z->pending = get_length(r, &m->repeat_lengths, position);
	z->state = state < 7 ? 8 : 11;
	z->range = range;
	return true;
}

/* Unpacks up to the place `limit` of the ring. Returns an error, or 0. */
static unsigned unpack(struct lzma_decoder *z, size_t limit)
{
	struct range r = z->range;
	size_t pos = z->pos;
	unsigned position_mask = (1u << z->pb) - 1, literal_mask = (1u << z->lp) - 1, error = 0;
	size_t last, start = z->full - z->pos; /* what the position in the stream is ahead of `pos` */

	while (pos < limit) {
		unsigned position = (unsigned)(start + pos) & position_mask;

		if (z->pending > 0) {
			if (z->repeats[0] >= start + pos || z->repeats[0] >= z->dictionary) {
				error = DECODE_BAD;
				break;
			}
			pos = copy_pending(z, pos, limit);
			continue;
		}
		if (z->in->end - r.p < SYMBOL && !z->lzma2) {
			z->in->p = r.p;
			source_need(z->in, SYMBOL);
			r.p = z->in->p;
		}
		last = pos;
		if (!get_bit(&r, &z->model.match[z->state][position])) {
			size_t before = pos > 0 ? pos - 1 : z->size - 1, distance = (size_t)z->repeats[0] + 1,
			       from = pos >= distance ? pos - distance : pos + z->size - distance;
			unsigned context = ((unsigned)(start + pos) & literal_mask) << z->lc |
					   (unsigned)z->ring[before] >> (8 - z->lc);
			bool matched = z->state >= 7;

			if (matched && from >= z->size)
				from = 0;
			z->ring[pos++] = (unsigned char)get_literal(
				&r, z->literals + (size_t)LZMA_LITERALS * context, matched,
				matched ? z->ring[from] : 0);
			z->state = lzma_after_literal(z->state);
		} else {
			bool more;

			z->range = r;
			more = get_match(z, position);
			r = z->range;
			if (!more) {
				normalize(&r);
				z->pending = 0;
				z->ended = true;
				break;
			}
		}
		if (r.p > z->in->end) {
			error = DECODE_TRUNCATED;
			pos = last;
			z->pending = 0;
			break;
		}
	}
	z->full += pos - z->pos;
	z->pos = pos;
	z->range = r;
	z->in->p = r.p;
	return error;
}

static void reset_state(struct lzma_decoder *z)
{
	lzma_even((uint16_t *)&z->model, sizeof(z->model) / 2);
	lzma_even(z->literals, (size_t)LZMA_LITERALS << (z->lc + z->lp));
	memset(z->repeats, 0, sizeof(z->repeats));
	z->state = z->pending = 0;
}

static bool set_properties(struct lzma_decoder *z, unsigned properties)
{
	size_t contexts;

	if (properties >= 225)
		return false;
	z->lc = properties % 9;
	z->lp = properties / 9 % 5;
	z->pb = properties / 45;
	contexts = (size_t)1 << (z->lc + z->lp);
	if (contexts > z->contexts) {
		z->literals = arena_array(uint16_t, contexts * LZMA_LITERALS);
		z->contexts = contexts;
	}
	return !z->lzma2 || z->lc + z->lp <= 4;
}

/* Begins with the five bytes of the range coder that are there. */
static bool begin_range(struct lzma_decoder *z)
{
	const unsigned char *p = z->in->p;

	z->range.range = UINT32_MAX;
	z->range.code = (uint32_t)p[1] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 8 | p[4];
	z->range.p = z->in->p = p + 5;
	return p[0] == 0;
}

static void begin(struct lzma_decoder *z, struct source *in, uint32_t dictionary)
{
	size_t size = (dictionary < SMALLEST_RING ? SMALLEST_RING : dictionary) + (size_t)SLACK;

	z->in = in;
	z->dictionary = dictionary;
	if (size > z->allocated) {
		z->ring = arena_alloc(size + SLACK);
		z->allocated = size;
	}
	z->size = size;
	z->pos = z->full = 0;
	z->ring[size - 1] = 0;
	z->ended = z->marked = z->raw = false;
	z->pending = 0;
	z->left = 0;
}

bool lzma2_begin(struct lzma_decoder *z, struct source *in, uint32_t dictionary)
{
	begin(z, in, dictionary);
	z->lzma2 = z->need_dictionary = z->need_properties = z->need_state = true;
	return true;
}

bool lzma_begin(struct lzma_decoder *z, struct source *in, unsigned properties, uint32_t dictionary,
		uint64_t size)
{
	z->lzma2 = false;
	if (!set_properties(z, properties))
		return false;
	begin(z, in, dictionary);
	reset_state(z);
	z->left = size;
	z->marked = size == UINT64_MAX;
	z->range.range = 0; /* not begun */
	return true;
}

/* Reads the header of a chunk. Returns an error, or 0. */
static unsigned begin_chunk(struct lzma_decoder *z)
{
	struct source *in = z->in;
	unsigned control, header;

	if (!source_need(in, 1))
		return DECODE_TRUNCATED;
	control = *in->p;
	if (control == 0) {
		in->p++;
		z->ended = true;
		return 0;
	}
	if (control >= 0xe0 || control == 1) {
		z->need_dictionary = false;
		z->pos = z->full = 0;
		z->ring[z->size - 1] = 0;
	} else if (z->need_dictionary) {
		return DECODE_BAD;
	}
	if (control < 0x80) {
		if (control > 2)
			return DECODE_BAD;
		if (!source_need(in, 3))
			return DECODE_TRUNCATED;
		z->left = (uint64_t)(in->p[1] << 8 | in->p[2]) + 1;
		z->raw = true;
		in->p += 3;
		return 0;
	}
	header = control >= 0xc0 ? 6 : 5;
	if (!source_need(in, header))
		return DECODE_TRUNCATED;
	z->left = ((uint64_t)(control & 31) << 16 | (uint64_t)in->p[1] << 8 | in->p[2]) + 1;
	z->chunk_packed = (size_t)(in->p[3] << 8 | in->p[4]) + 1;
	if (control >= 0xc0) {
		if (!set_properties(z, in->p[5]))
			return DECODE_BAD;
		z->need_properties = z->need_state = false;
		reset_state(z);
	} else if (z->need_properties) {
		return DECODE_BAD;
	} else if (control >= 0xa0) {
		z->need_state = false;
		reset_state(z);
	} else if (z->need_state) {
		return DECODE_BAD;
	}
	in->p += header;
	source_need(in, z->chunk_packed); /* if it is cut off, what is there gives something, too */
	if (in->end - in->p < 5)
		return DECODE_TRUNCATED;
	z->raw = false;
	z->chunk_end = in->p + z->chunk_packed;
	return z->chunk_packed < 5 || !begin_range(z) ? DECODE_BAD : 0;
}

/* Copies bytes that are not packed. */
static unsigned copy_raw(struct lzma_decoder *z, size_t limit)
{
	size_t n = limit - z->pos;

	if (!source_need(z->in, 1))
		return DECODE_TRUNCATED;
	if (n > (size_t)(z->in->end - z->in->p))
		n = (size_t)(z->in->end - z->in->p);
	memcpy(z->ring + z->pos, z->in->p, n);
	z->in->p += n;
	z->pos += n;
	z->full += n;
	return 0;
}

/* Whether the stream is over that has given all of its bytes; it may have a mark of its end, too. Returns an error, or 0. */
static unsigned end_stream(struct lzma_decoder *z)
{
	normalize(&z->range);
	z->in->p = z->range.p;
	if (z->lzma2) {
		if (z->in->p != z->chunk_end || z->pending > 0 || z->range.code != 0)
			return DECODE_BAD;
		return 0;
	}
	z->ended = true;
	if (z->pending > 0)
		return DECODE_BAD;
	if (z->range.code != 0) { /* this should be the mark */
		unsigned position = (unsigned)z->full & ((1u << z->pb) - 1);

		source_need(z->in, SYMBOL);
		z->range.p = z->in->p;
		if (!get_bit(&z->range, &z->model.match[z->state][position]) || get_match(z, position))
			return DECODE_BAD;
		normalize(&z->range);
		z->in->p = z->range.p;
	}
	return z->in->p > z->in->end ? DECODE_TRUNCATED : z->range.code != 0 ? DECODE_BAD : 0;
}

size_t lzma_next(struct lzma_decoder *z, const unsigned char **block, unsigned *error)
{
	while (!z->ended) {
		size_t start, limit;
		unsigned e;

		if (z->left == 0 || (!z->lzma2 && z->range.range == 0)) {
			if (z->lzma2)
				e = begin_chunk(z);
			else if (!source_need(z->in, 5))
				e = DECODE_TRUNCATED;
			else
				e = begin_range(z) ? 0 : DECODE_BAD;
			if (!e && !z->lzma2 && z->left == 0)
				e = end_stream(z);
			if (e) {
				*error |= z->in->error ? DECODE_READ : e;
				return 0;
			}
			continue;
		}
		if (z->pos == z->size)
			z->pos = 0;
		start = z->pos;
		limit = z->size - start < PART ? z->size : start + PART;
		if (z->left < limit - start)
			limit = start + (size_t)z->left;
		z->range.p = z->in->p;
		e = z->lzma2 && z->raw ? copy_raw(z, limit) : unpack(z, limit);
		if (z->lzma2 && !z->raw && z->in->p > z->chunk_end)
			e = DECODE_BAD;
		if (!z->marked)
			z->left -= z->pos - start;
		if (!e && z->ended && (!z->marked || z->range.code != 0))
			e = DECODE_BAD;
		else if (!e && z->ended && z->in->p > z->in->end)
			e = DECODE_TRUNCATED;
		else if (!e && z->left == 0 && !z->raw)
			e = end_stream(z);
		if (e) {
			z->ended = true;
			*error |= z->in->error ? DECODE_READ : e;
		}
		if (z->pos > start) {
			*block = z->ring + start;
			return z->pos - start;
		}
		if (e)
			return 0;
	}
	return 0;
}

struct lzma_decoder *lzma_decoder_new(void)
{
	return arena_new(struct lzma_decoder);
}
