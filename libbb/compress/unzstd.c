/* unzstd.c - zstd frames unpacked (RFC 8878), without dictionaries
 *
 * hot: what unzstd does
 *
 * A bit stream is read from its end: the next bits are those below `left`, the count of bits not yet taken.
 */
#include "arena.h"
#include "internal.h"

enum {
	BLOCK = 131072,
	SLACK = 64, /* copies go by words, over their end */
	HUFFMAN_BITS = 11,
	LITERAL_LENGTHS = 36,
	MATCH_LENGTHS = 53,
	MOST_LOG = 9,
	SMALLEST_WINDOW = 1024,
};

#define MAGIC          0xfd2fb528u
#define SKIPPABLE      0x184d2a50u
#define LARGEST_WINDOW ((uint64_t)1 << 27) /* unless the caller says otherwise */

/* A state of a table: how it goes on, and what its symbol means. */
struct state {
	uint32_t base;
	uint16_t next;
	uint8_t bits, extra; /* to add to next; to add to base */
};

struct table {
	unsigned log;
	bool there;
	struct state states[1 << MOST_LOG];
};

struct bit_reader {
	const unsigned char *base;
	int64_t left;
};

struct xxh64 {
	uint64_t lanes[4], total;
	unsigned char held[32];
	unsigned held_count;
};

struct unzstd {
	struct decoder d;
	bool inside, last, checksum;
	uint64_t window, frame_out, size; /* size: of the frame's contents, UINT64_MAX if unknown */
	unsigned char *out;
	size_t pos, out_size;
	struct xxh64 hash;
	uint32_t repeats[3];
	struct table literal_lengths, offsets, match_lengths;
	bool huffman_there;
	unsigned huffman_log;
	uint16_t huffman[1 << HUFFMAN_BITS]; /* symbol, and from bit 8 its bits */
	size_t literal_count;
	unsigned char literals[BLOCK + SLACK];
};

#define PRIME1 0x9e3779b185ebca87u
#define PRIME2 0xc2b2ae3d27d4eb4fu
#define PRIME3 0x165667b19e3779f9u
#define PRIME4 0x85ebca77c2b2ae63u
#define PRIME5 0x27d4eb2f165667c5u

static inline uint64_t rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline uint64_t mix(uint64_t lane, uint64_t word)
{
	return rotate(lane + word * PRIME2, 31) * PRIME1;
}

static void xxh64_begin(struct xxh64 *x)
{
	*x = (struct xxh64){ .lanes = { PRIME1 + PRIME2, PRIME2, 0, -PRIME1 } };
}

static const unsigned char *xxh64_stripes(struct xxh64 *x, const unsigned char *p, size_t n)
{
	uint64_t a = x->lanes[0], b = x->lanes[1], c = x->lanes[2], d = x->lanes[3];

	for (; n >= 32; n -= 32, p += 32) {
		a = mix(a, load64(p));
		b = mix(b, load64(p + 8));
		c = mix(c, load64(p + 16));
		d = mix(d, load64(p + 24));
	}
	x->lanes[0] = a;
	x->lanes[1] = b;
	x->lanes[2] = c;
	x->lanes[3] = d;
	return p;
}

static void xxh64_add(struct xxh64 *x, const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n;

	x->total += n;
	if (x->held_count > 0) {
		size_t part = 32 - x->held_count < n ? 32 - x->held_count : n;

		memcpy(x->held + x->held_count, p, part);
		x->held_count += (unsigned)part;
		p += part;
		if (x->held_count < 32)
			return;
		xxh64_stripes(x, x->held, 32);
		x->held_count = 0;
	}
	p = xxh64_stripes(x, p, (size_t)(end - p));
	x->held_count = (unsigned)(end - p);
	memcpy(x->held, p, x->held_count);
}

static uint64_t xxh64_end(const struct xxh64 *x)
{
	const unsigned char *p = x->held, *end = p + x->held_count;
	uint64_t h = PRIME5;

	if (x->total >= 32) {
		h = rotate(x->lanes[0], 1) + rotate(x->lanes[1], 7) + rotate(x->lanes[2], 12) +
		    rotate(x->lanes[3], 18);
		for (int i = 0; i < 4; i++)
			h = (h ^ mix(0, x->lanes[i])) * PRIME1 + PRIME4;
	}
	h += x->total;
	for (; end - p >= 8; p += 8)
		h = rotate(h ^ mix(0, load64(p)), 27) * PRIME1 + PRIME4;
	for (; end - p >= 4; p += 4)
		h = rotate(h ^ load32(p) * PRIME1, 23) * PRIME2 + PRIME3;
	for (; p < end; p++)
		h = rotate(h ^ *p * PRIME5, 11) * PRIME1;
	h = (h ^ h >> 33) * PRIME2;
	h = (h ^ h >> 29) * PRIME3;
	return h ^ h >> 32;
}

/* Begins at the mark, the highest bit of the last byte. Returns false if there is none. */
static bool bits_open(struct bit_reader *b, const unsigned char *p, size_t n)
{
	if (n == 0 || p[n - 1] == 0)
		return false;
	b->base = p;
	b->left = (int64_t)(8 * (n - 1) + high_bit(p[n - 1]));
	return true;
}

/* The next 57 bits at least, at the top of a word; what is before the beginning means nothing. */
static inline uint64_t bits_peek(const struct bit_reader *b)
{
	int64_t byte = (b->left + 7) >> 3;

	return load64(b->base + byte - 8) << (8 * byte - b->left);
}

/* Takes `n` bits, fewer than 57, from a word of bits_peek() of which it takes them away. */
static inline uint32_t bits_of(uint64_t *word, unsigned n)
{
	uint32_t value = (uint32_t)(*word >> 1 >> (63 - n));

	*word <<= n;
	return value;
}

static uint32_t bits_take(struct bit_reader *b, unsigned n)
{
	uint64_t word = bits_peek(b);

	b->left -= n;
	return bits_of(&word, n);
}

/* Reads the probabilities of a table. Returns the bytes they take, 0 if they are wrong. */
static size_t read_counts(const unsigned char *p, size_t n, int16_t *counts, unsigned *symbols,
			  unsigned max_log, unsigned *log)
{
	unsigned char copy[600] = { 0 };
	size_t have = n < 512 ? n : 512, at = 4;
	int left;
	unsigned symbol = 0;

	if (n == 0)
		return 0;
	memcpy(copy, p, have); /* so that reading over the end is harmless */
	*log = (copy[0] & 15) + 5;
	if (*log > max_log)
		return 0;
	left = (1 << *log) + 1;
	while (left > 1 && symbol < *symbols && at < 8 * have) {
		unsigned bits = high_bit((uint32_t)left) + 1, low_bits = bits - 1;
		uint32_t value = (uint32_t)(load64(copy + at / 8) >> (at & 7)) & ((1u << bits) - 1),
			 low = (1u << bits) - 1 - (uint32_t)left, small = value & ((1u << low_bits) - 1);
		int count;

		if (small < low) {
			at += low_bits;
			count = (int)small - 1;
		} else {
			at += bits;
			count = (int)(value > (1u << low_bits) - 1 ? value - low : value) - 1;
		}
		counts[symbol++] = (int16_t)count;
		left -= count < 0 ? 1 : count;
		while (count == 0) { /* how many more have none */
			unsigned more = (unsigned)(load64(copy + at / 8) >> (at & 7)) & 3;

			at += 2;
			for (unsigned i = 0; i < more && symbol < *symbols; i++)
				counts[symbol++] = 0;
			if (more < 3 || at >= 8 * have)
				break;
		}
	}
	if (left != 1 || (at + 7) / 8 > have)
		return 0;
	*symbols = symbol;
	return (at + 7) / 8;
}

/* Makes a table of probabilities; `base` gets the symbol. */
static bool spread(struct table *t, const int16_t *counts, unsigned symbols, unsigned log)
{
	unsigned size = 1u << log, high = size, at = 0, step = (size >> 1) + (size >> 3) + 3;
	uint16_t next[256];

	t->log = log;
	for (unsigned s = 0; s < symbols; s++) {
		next[s] = (uint16_t)(counts[s] < 0 ? 1 : counts[s]);
		if (counts[s] < 0)
			t->states[--high].base = s;
	}
	for (unsigned s = 0; s < symbols; s++)
		for (int i = 0; i < counts[s]; i++) {
			t->states[at].base = s;
			do
				at = (at + step) & (size - 1);
			while (at >= high);
		}
	if (at != 0)
		return false;
	for (unsigned i = 0; i < size; i++) {
		struct state *s = &t->states[i];
		unsigned x = next[s->base]++;

		s->bits = (uint8_t)(log - high_bit(x));
		s->next = (uint16_t)((x << s->bits) - size);
		s->extra = 0;
	}
	t->there = true;
	return true;
}

enum meaning { LENGTHS_OF_LITERALS, OFFSETS, LENGTHS_OF_MATCHES };

/* What a symbol stands for, and how many bits more it has. */
static void meaning_of(struct state *s, enum meaning meaning)
{
	static const uint8_t literal_bits[LITERAL_LENGTHS] = { [16] = 1, 1, 1, 1,  2,  2,  3,  3,  4,  6,
							       7,        8, 9, 10, 11, 12, 13, 14, 15, 16 };
	static const uint8_t match_bits[MATCH_LENGTHS] = { [32] = 1, 1, 1, 1,  2,  2,  3,  3,  4,  4, 5,
							   7,        8, 9, 10, 11, 12, 13, 14, 15, 16 };
	uint32_t symbol = s->base, base = meaning == LENGTHS_OF_MATCHES ? 3 : 0;
	const uint8_t *bits = meaning == LENGTHS_OF_MATCHES ? match_bits : literal_bits;

	if (meaning == OFFSETS) {
		s->base = (uint32_t)1 << symbol;
		s->extra = (uint8_t)symbol;
		return;
	}
	/* each begins where the one before ends; but the steps of 64 and 128 make the sums of the powers come out */
	for (uint32_t i = 0; i < symbol; i++)
		base += (uint32_t)1 << bits[i];
	s->base = base;
	s->extra = bits[symbol];
}

/* Reads the table for one part of the sequences, by its mode. Returns false if it is wrong. */
static bool read_table(struct table *t, enum meaning meaning, unsigned mode, const unsigned char **p,
		       const unsigned char *end)
{
	static const int16_t literal_counts[] = { 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1,  1,  2,  2,
						  2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1 };
	static const int16_t match_counts[] = { 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1,  1,  1,  1,  1,  1,  1, 1,
						1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,  1,  1,  1,  1,  1, 1,
						1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1 };
	static const int16_t offset_counts[] = { 1, 1, 1, 1, 1, 1, 2, 2, 2, 1,  1,  1,  1,  1, 1,
						 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1 };
	static const struct {
		const int16_t *counts;
		uint8_t symbols, log, most, max_log;
	} kinds[] = { { literal_counts, 36, 6, 36, 9 },
		      { offset_counts, 29, 5, 32, 8 },
		      { match_counts, 53, 6, 53, 9 } };
	int16_t counts[64];
	unsigned symbols = kinds[meaning].most, log;
	size_t n;

	switch (mode) {
	case 0:
		spread(t, kinds[meaning].counts, kinds[meaning].symbols, kinds[meaning].log);
		break;
	case 1:
		if (*p == end || **p >= symbols)
			return false;
		t->log = 0;
		t->there = true;
		t->states[0] = (struct state){ .base = *(*p)++ };
		break;
	case 2:
		n = read_counts(*p, (size_t)(end - *p), counts, &symbols, kinds[meaning].max_log, &log);
		if (n == 0 || !spread(t, counts, symbols, log))
			return false;
		*p += n;
		break;
	default:
		return t->there;
	}
	for (unsigned i = 0; i < 1u << t->log; i++)
		meaning_of(&t->states[i], meaning);
	return true;
}

/* Unpacks the weights of a Huffman code, which two states in turn give. Returns their count, 0 if they are wrong. */
static unsigned read_weights(const unsigned char *p, size_t n, uint8_t *weights)
{
	struct table t;
	struct bit_reader b;
	int16_t counts[256];
	unsigned symbols = 13, log, state[2], count = 0;
	size_t used = read_counts(p, n, counts, &symbols, 6, &log);

	if (used == 0 || !spread(&t, counts, symbols, log) || !bits_open(&b, p + used, n - used))
		return 0;
	state[0] = bits_take(&b, log);
	state[1] = bits_take(&b, log);
	if (b.left < 0)
		return 0;
	for (unsigned turn = 0; count < 254; turn ^= 1) {
		const struct state *s = &t.states[state[turn]];

		weights[count++] = (uint8_t)s->base;
		if (b.left < s->bits) { /* the other state has the last */
			weights[count++] = (uint8_t)t.states[state[turn ^ 1]].base;
			return count;
		}
		state[turn] = s->next + bits_take(&b, s->bits);
	}
	return 0;
}

/* Reads the code for literals. Returns the bytes it takes, 0 if it is wrong. */
static size_t read_huffman(struct unzstd *z, const unsigned char *p, size_t n)
{
	uint8_t weights[256] = { 0 };
	unsigned count, sum = 0, rest, at = 0;
	size_t used;

	if (n == 0)
		return 0;
	if (p[0] >= 128) {
		count = p[0] - 127u;
		used = 1 + (count + 1) / 2;
		if (used > n)
			return 0;
		for (unsigned i = 0; i < count; i++)
			weights[i] = i & 1 ? p[1 + i / 2] & 15 : p[1 + i / 2] >> 4;
	} else {
		used = 1 + (size_t)p[0];
		count = used > n ? 0 : read_weights(p + 1, p[0], weights);
	}
	for (unsigned i = 0; i < count; i++) {
		if (weights[i] > HUFFMAN_BITS)
			return 0;
		sum += weights[i] ? 1u << (weights[i] - 1) : 0;
	}
	if (sum == 0)
		return 0;
	z->huffman_log = high_bit(sum) + 1;
	rest = (1u << z->huffman_log) - sum;
	if (z->huffman_log > HUFFMAN_BITS || rest & (rest - 1))
		return 0;
	weights[count++] = (uint8_t)(high_bit(rest) + 1); /* the last is what fills the code up */
	for (unsigned w = 1; w <= z->huffman_log; w++)
		for (unsigned i = 0; i < count; i++)
			if (weights[i] == w)
				for (unsigned end = at + (1u << (w - 1)); at < end; at++)
					z->huffman[at] = (uint16_t)(i | (z->huffman_log + 1 - w) << 8);
	z->huffman_there = true;
	return used;
}

/* Whether each of four streams has a word left, and room for five bytes. */
static inline bool have_room(const struct bit_reader *streams, unsigned count, unsigned char **out,
			     unsigned char *const *end)
{
	if (count != 4)
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (end[i] - out[i] < 5 || streams[i].left < 64)
			return false;
	return true;
}

/* Unpacks streams of Huffman codes side by side. Returns false if one does not end where it should. */
static bool unpack_streams(const struct unzstd *z, struct bit_reader *streams, unsigned count,
			   unsigned char **out, unsigned char *const *end)
{
	unsigned shift = 64 - z->huffman_log;

	while (have_room(streams, count, out, end)) { /* five codes of 11 bits are in a word */
		for (unsigned i = 0; i < 4; i++) {
			uint64_t word = bits_peek(&streams[i]);
			unsigned char *p = out[i];

			for (unsigned k = 0; k < 5; k++) {
				uint16_t e = z->huffman[word >> shift];

				word <<= e >> 8;
				streams[i].left -= e >> 8;
				p[k] = (unsigned char)e;
			}
			out[i] = p + 5;
		}
	}
	for (unsigned i = 0; i < count; i++) {
		while (out[i] < end[i] && streams[i].left > 0) {
			uint16_t e = z->huffman[bits_peek(&streams[i]) >> shift];

			streams[i].left -= e >> 8;
			*out[i]++ = (unsigned char)e;
		}
		if (out[i] != end[i] || streams[i].left != 0)
			return false;
	}
	return true;
}

static bool unpack_literals(struct unzstd *z, const unsigned char *p, size_t n, unsigned count)
{
	struct bit_reader streams[4];
	unsigned char *out[4], *end[4];
	size_t size = z->literal_count, part = count == 4 ? (size + 3) / 4 : size, sizes[4] = { n };

	if (count == 4) {
		if (n < 6 || 3 * part > size || part < 6)
			return false;
		for (int i = 0; i < 3; i++)
			sizes[i] = load16(p + 2 * i);
		if (sizes[0] + sizes[1] + sizes[2] + 6 > n)
			return false;
		sizes[3] = n - 6 - sizes[0] - sizes[1] - sizes[2];
		p += 6;
	}
	for (unsigned i = 0; i < count; p += sizes[i++]) {
		out[i] = z->literals + i * part;
		end[i] = i + 1 < count ? out[i] + part : z->literals + size;
		if (!bits_open(&streams[i], p, sizes[i]))
			return false;
	}
	return unpack_streams(z, streams, count, out, end);
}

/* Reads the literals of a block. Returns the bytes they take, 0 if they are wrong. */
static size_t read_literals(struct unzstd *z, const unsigned char *p, size_t n)
{
	unsigned kind, format, header, bits, streams;
	uint64_t sizes;
	size_t packed, tree = 0;

	if (n == 0)
		return 0;
	kind = p[0] & 3;
	format = p[0] >> 2 & 3;
	if (kind < 2) {
		header = format == 1 ? 2 : format == 3 ? 3 : 1;
		if (n < header)
			return 0;
		sizes = header == 1   ? p[0] >> 3
			: header == 2 ? load16(p) >> 4
				      : (load16(p) | (uint32_t)p[2] << 16) >> 4;
		packed = kind == 0 ? (size_t)sizes : 1;
		if (sizes > BLOCK || header + packed > n)
			return 0;
		z->literal_count = (size_t)sizes;
		if (kind == 0)
			memcpy(z->literals, p + header, packed);
		else
			memset(z->literals, p[header], z->literal_count);
		return header + packed;
	}
	header = format < 2 ? 3 : format + 2;
	bits = format < 2 ? 10 : format == 2 ? 14 : 18;
	streams = format == 0 ? 1 : 4;
	if (n < header)
		return 0;
	sizes = 0;
	for (unsigned i = 0; i < header; i++)
		sizes |= (uint64_t)p[i] << 8 * i;
	sizes >>= 4;
	z->literal_count = (size_t)(sizes & ((1u << bits) - 1));
	packed = (size_t)(sizes >> bits & ((1u << bits) - 1));
	if (z->literal_count > BLOCK || header + packed > n)
		return 0;
	if (kind == 2) {
		tree = read_huffman(z, p + header, packed);
		if (tree == 0)
			return 0;
	}
	if (!z->huffman_there || !unpack_literals(z, p + header + tree, packed - tree, streams))
		return 0;
	return header + packed;
}

static inline void copy_words(unsigned char *to, const unsigned char *from, size_t n)
{
	unsigned char *end = to + n;

	do {
		memcpy(to, from, 16);
		to += 16;
		from += 16;
	} while (to < end);
}

/* Copies a match, of which the source may reach into the target. */
static inline void copy_match(unsigned char *to, size_t offset, size_t n)
{
	unsigned char *end = to + n;

	if (offset >= 16) {
		copy_words(to, to - offset, n);
		return;
	}
	while (to < end && offset < 16) { /* the pattern doubles */
		size_t part = offset < (size_t)(end - to) ? offset : (size_t)(end - to);
		const unsigned char *from = to - offset;

		for (size_t i = 0; i < part; i++)
			to[i] = from[i];
		to += part;
		offset *= 2;
	}
	if (to < end)
		copy_words(to, to - offset, (size_t)(end - to));
}

/* The distance that an offset's value stands for: one of the last three, or a new one; they are put in order. */
static inline uint32_t distance_of(uint32_t *repeats, uint32_t value, uint32_t literals)
{
	uint32_t distance, which;

	if (value > 3) {
		distance = value - 3;
		which = 2;
	} else {
		which = value - 1 + (literals == 0);
		distance = which < 3 ? repeats[which] : repeats[0] - 1;
		if (which == 0)
			return distance;
	}
	if (which > 1)
		repeats[2] = repeats[1];
	repeats[1] = repeats[0];
	repeats[0] = distance;
	return distance;
}

/* Carries out `count` sequences. Returns false if they are wrong. */
static bool run_sequences(struct unzstd *z, struct bit_reader b, unsigned count)
{
	const unsigned char *literals = z->literals, *literals_end = z->literals + z->literal_count;
	unsigned char *out = z->out + z->pos, *limit = out + BLOCK;
	const struct state *ll, *of, *ml;
	size_t rest;

	ll = &z->literal_lengths.states[bits_take(&b, z->literal_lengths.log)];
	of = &z->offsets.states[bits_take(&b, z->offsets.log)];
	ml = &z->match_lengths.states[bits_take(&b, z->match_lengths.log)];
	for (; count > 0; count--) {
		uint64_t word = bits_peek(&b);
		uint32_t value, literal, match, distance;

		if (b.left < 0)
			return false;
		value = of->base + bits_of(&word, of->extra);
		match = ml->base + bits_of(&word, ml->extra);
		b.left -= of->extra + ml->extra;
		word = bits_peek(&b);
		literal = ll->base + bits_of(&word, ll->extra);
		b.left -= ll->extra;
		if (count > 1) {
			unsigned bits = ll->bits + ml->bits + of->bits;

			ll = &z->literal_lengths.states[ll->next + bits_of(&word, ll->bits)];
			ml = &z->match_lengths.states[ml->next + bits_of(&word, ml->bits)];
			of = &z->offsets.states[of->next + bits_of(&word, of->bits)];
			b.left -= bits;
		}
		distance = distance_of(z->repeats, value, literal);
		if (literal > (size_t)(literals_end - literals) ||
		    (size_t)literal + match > (size_t)(limit - out))
			return false;
		copy_words(out, literals, literal);
		literals += literal;
		out += literal;
		if (distance == 0 || distance > (size_t)(out - z->out) || distance > z->window)
			return false;
		copy_match(out, distance, match);
		out += match;
	}
	rest = (size_t)(literals_end - literals);
	if (b.left != 0 || rest > (size_t)(limit - out))
		return false;
	memcpy(out, literals, rest);
	z->pos = (size_t)(out + rest - z->out);
	return true;
}

/* Unpacks a compressed block to the end of the window. */
static bool unpack_block(struct unzstd *z, const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n;
	size_t used = read_literals(z, p, n);
	struct bit_reader b;
	unsigned count, modes;

	if (used == 0 || used == n)
		return false;
	p += used;
	count = *p++;
	if (count == 0) {
		memcpy(z->out + z->pos, z->literals, z->literal_count);
		z->pos += z->literal_count;
		return p == end;
	}
	if (count == 255) {
		if (end - p < 2)
			return false;
		count = load16(p) + 0x7f00;
		p += 2;
	} else if (count >= 128) {
		if (p == end)
			return false;
		count = ((count - 128) << 8) + *p++;
	}
	if (p == end)
		return false;
	modes = *p++;
	if (modes & 3 || !read_table(&z->literal_lengths, LENGTHS_OF_LITERALS, modes >> 6, &p, end) ||
	    !read_table(&z->offsets, OFFSETS, modes >> 4 & 3, &p, end) ||
	    !read_table(&z->match_lengths, LENGTHS_OF_MATCHES, modes >> 2 & 3, &p, end))
		return false;
	return bits_open(&b, p, (size_t)(end - p)) && run_sequences(z, b, count);
}

static bool fail(struct unzstd *z, unsigned error)
{
	return decoder_fail(&z->d, error);
}

/* Passes over a skippable frame. */
static bool skip_frame(struct unzstd *z)
{
	struct source *in = z->d.in;
	uint64_t left;

	if (!source_need(in, 8))
		return fail(z, DECODE_TRUNCATED);
	for (left = 8 + (uint64_t)load32(in->p + 4); left > 0;) {
		size_t n;

		if (!source_need(in, 1))
			return fail(z, DECODE_TRUNCATED);
		n = (size_t)(in->end - in->p) < left ? (size_t)(in->end - in->p) : (size_t)left;
		in->p += n;
		left -= n;
	}
	return true;
}

/* Makes room for the window and what is unpacked at a time. */
static void make_room(struct unzstd *z)
{
	uint64_t need = z->size < z->window ? z->size + BLOCK : 2 * z->window;
	size_t size = (size_t)(need < 4 * BLOCK ? 4 * BLOCK : need) + BLOCK + SLACK;

	if (size > z->out_size) {
		z->out = arena_alloc(size);
		z->out_size = size;
	}
}

/* Reads a frame's header, of which the magic number is there. */
static bool begin_frame(struct unzstd *z)
{
	static const uint8_t id_sizes[] = { 0, 1, 2, 4 }, size_sizes[] = { 0, 2, 4, 8 };
	struct source *in = z->d.in;
	unsigned flags, id_size, size_size, header;
	const unsigned char *p;
	bool single;
	uint64_t limit = z->d.memory_limit ? z->d.memory_limit : LARGEST_WINDOW;

	if (!source_need(in, 5))
		return fail(z, DECODE_TRUNCATED);
	flags = in->p[4];
	single = flags & 32;
	id_size = id_sizes[flags & 3];
	size_size = flags >> 6 || !single ? size_sizes[flags >> 6] : 1;
	header = 5 + !single + id_size + size_size;
	if (!source_need(in, header))
		return fail(z, DECODE_TRUNCATED);
	p = in->p + 5;
	z->window = 0;
	if (!single) {
		z->window = (uint64_t)1 << (10 + (*p >> 3));
		z->window += z->window / 8 * (*p++ & 7);
	}
	for (unsigned i = 0; i < id_size; i++)
		if (p[i] != 0)
			return fail(z, DECODE_UNSUPPORTED); /* a dictionary */
	p += id_size;
	z->size = size_size ? 0 : UINT64_MAX;
	for (unsigned i = 0; i < size_size; i++)
		z->size |= (uint64_t)p[i] << 8 * i;
	z->size += size_size == 2 ? 256 : 0;
	if (single)
		z->window = z->size;
	if (flags & 8)
		return fail(z, DECODE_UNSUPPORTED);
	z->d.detail = z->window;
	if (z->window > limit)
		return fail(z, DECODE_MEMORY);
	z->window = z->window < SMALLEST_WINDOW ? SMALLEST_WINDOW : z->window;
	in->p += header;
	z->checksum = flags & 4;
	z->inside = true;
	z->last = false;
	z->pos = 0;
	z->frame_out = 0;
	z->repeats[0] = 1;
	z->repeats[1] = 4;
	z->repeats[2] = 8;
	z->huffman_there = z->literal_lengths.there = z->offsets.there = z->match_lengths.there = false;
	xxh64_begin(&z->hash);
	make_room(z);
	return true;
}

/* Compares what stands at the end of a frame. */
static bool end_frame(struct unzstd *z)
{
	struct source *in = z->d.in;

	z->inside = false;
	if (z->size != UINT64_MAX && z->size != z->frame_out)
		return fail(z, DECODE_BAD);
	if (z->checksum) {
		if (!source_need(in, 4))
			return fail(z, DECODE_TRUNCATED);
		if (load32(in->p) != (uint32_t)xxh64_end(&z->hash))
			return fail(z, DECODE_CHECK);
		in->p += 4;
	}
	z->d.members++;
	z->d.member_out = z->frame_out;
	return true;
}

/* Looks for a frame. Returns false at the end. */
static bool find_frame(struct unzstd *z)
{
	struct source *in = z->d.in;

	while (source_need(in, 4)) {
		uint32_t magic = load32(in->p);

		if (magic == MAGIC)
			return z->d.single && z->d.members > 0 ? false : begin_frame(z);
		if ((magic & 0xfffffff0) != SKIPPABLE)
			break;
		if (!skip_frame(z))
			return false;
		z->d.members++;
	}
	if (in->error)
		return fail(z, DECODE_READ);
	if (in->p < in->end && z->d.members > 0)
		z->d.garbage = true;
	else if (z->d.members == 0)
		return fail(z, in->end - in->p < 4 ? DECODE_TRUNCATED : DECODE_MAGIC);
	return false;
}

/* Reads a block. */
static bool read_block(struct unzstd *z)
{
	struct source *in = z->d.in;
	uint32_t header, size;
	unsigned kind;
	size_t here;
	bool good = true;

	if (!source_need(in, 3))
		return fail(z, DECODE_TRUNCATED);
	header = load16(in->p) | (uint32_t)in->p[2] << 16;
	in->p += 3;
	z->last = header & 1;
	kind = header >> 1 & 3;
	size = header >> 3;
	here = kind == 1 ? 1 : size;
	if (size > BLOCK || kind == 3)
		return fail(z, DECODE_BAD);
	if (!source_need(in, here))
		return fail(z, DECODE_TRUNCATED);
	if (kind == 2) {
		good = unpack_block(z, in->p, size);
	} else {
		if (kind == 0)
			memcpy(z->out + z->pos, in->p, size);
		else
			memset(z->out + z->pos, *in->p, size);
		z->pos += size;
	}
	in->p += here;
	return good || fail(z, DECODE_BAD);
}

static size_t next(struct decoder *d, const unsigned char **block)
{
	struct unzstd *z = (struct unzstd *)d;

	while (!d->error) {
		size_t start;

		if (!z->inside && !find_frame(z))
			return 0;
		if (z->last) {
			end_frame(z);
			continue;
		}
		if (z->frame_out > z->size) { /* more than was said, and than there may be room for */
			fail(z, DECODE_BAD);
			return 0;
		}
		if (z->pos + BLOCK + SLACK > z->out_size) {
			size_t keep = z->window < z->pos ? (size_t)z->window : z->pos;

			memmove(z->out, z->out + z->pos - keep, keep);
			z->pos = keep;
		}
		start = z->pos;
		if (!read_block(z))
			return 0;
		*block = z->out + start;
		z->frame_out += z->pos - start;
		if (z->checksum)
			xxh64_add(&z->hash, *block, z->pos - start);
		if (z->pos > start)
			return z->pos - start;
	}
	return 0;
}

struct decoder *unzstd_new(struct source *in)
{
	struct unzstd *z = arena_new(struct unzstd);

	(void)in;
	z->d.next = next;
	return &z->d;
}
