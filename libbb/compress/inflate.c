/* inflate.c - deflate data unpacked
 *
 * hot: what gunzip and unzip do
 *
 * A table is looked up by the next bits of the stream. Its entries say all that a symbol needs:
 *   bits 0-7    the bits of the code, with its extra bits
 *   bits 8-11   the bits of the code alone
 *   bit 12      a literal; bits 16-23 are the byte
 *   bit 13      something else: the end of the block, or (bit 14) a second table, at bits 16-30, that the next bits, as many as
 *               bits 8-11 say, look up
 *   bits 16-31  else the least length or distance, which the extra bits add to
 */
#include "arena.h"
#include "internal.h"

enum {
	WINDOW = 32768,
	CHUNK = 131072, /* of output that is given at a time */
	SLACK = 512,    /* a match and the words of its copy may go over */
	LITERAL_BITS = 11,
	DISTANCE_BITS = 9,
	LITERAL_SIZE = 2400, /* more than the 2342 entries that a complete code of 288 symbols can need */
	DISTANCE_SIZE = 640, /* 594 for 30 symbols */
	MAX_BITS = 15,
	LITERAL = 1 << 12,
	SPECIAL = 1 << 13,
	SUBTABLE = 1 << 14,
};

#define END_OF_BLOCK SPECIAL
#define NO_SYMBOL    (SPECIAL | 1u << 15)

enum state { BETWEEN, STORED, CODED, DONE };

struct inflate {
	struct source *in;
	unsigned *error;
	uint64_t bits; /* the next bits, the first lowest */
	unsigned count;
	enum state state;
	bool last;          /* the block is */
	uint32_t stored;    /* bytes of it left to copy */
	unsigned char *out; /* the window, then room for a chunk */
	size_t pos;
	uint32_t literals[LITERAL_SIZE], distances[DISTANCE_SIZE];
	uint32_t fixed_or_code[128]; /* the code of the code lengths */
};

static const uint16_t length_base[29] = { 3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
					  31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const uint8_t length_extra[29] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
					  2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };

enum alphabet { LITERALS, DISTANCES, LENGTHS };

/* The entry of a symbol, but for the bits of its code. */
static uint32_t entry_of(enum alphabet alphabet, unsigned symbol)
{
	if (alphabet == LENGTHS)
		return symbol << 16;
	if (alphabet == DISTANCES) {
		unsigned extra = symbol < 4 ? 0 : symbol / 2 - 1;

		if (symbol >= 30)
			return NO_SYMBOL;
		return (symbol < 4 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1) << 16 | extra;
	}
	if (symbol < 256)
		return symbol << 16 | LITERAL;
	if (symbol == 256)
		return END_OF_BLOCK;
	if (symbol > 285)
		return NO_SYMBOL;
	return (uint32_t)length_base[symbol - 257] << 16 | length_extra[symbol - 257];
}

/* The code after `code`, whose bits are in reverse. */
static unsigned next_code(unsigned code, unsigned len)
{
	unsigned bit = 1u << (len - 1);

	while (code & bit)
		bit >>= 1;
	return bit ? (code & (bit - 1)) | bit : 0;
}

/* Makes the table for a code. Returns false if the lengths are none of a code: with more than the code space has, or with
 * less, unless it is a single symbol. */
static bool make_table(uint32_t *table, unsigned table_bits, enum alphabet alphabet, const uint8_t *lengths,
		       unsigned n)
{
	unsigned count[MAX_BITS + 1] = { 0 }, start[MAX_BITS + 2], code = 0, next = 1u << table_bits, sub = 0,
				  sub_bits = 0, prefix = UINT32_MAX;
	uint16_t sorted[288];
	int left = 1;

	for (unsigned i = 0; i < n; i++)
		count[lengths[i]]++;
	start[1] = 0;
	for (unsigned len = 1; len <= MAX_BITS; len++) {
		left = 2 * left - (int)count[len];
		if (left < 0)
			return false;
		start[len + 1] = start[len] + count[len];
	}
	if (left > 0 &&
	    (alphabet == LENGTHS || start[MAX_BITS + 1] > 1 || (start[MAX_BITS + 1] == 1 && count[1] == 0)))
		return false;
	if (left > 0)
		for (unsigned i = 0; i < 1u << table_bits; i++)
			table[i] = NO_SYMBOL | 1 << 8 | 1;
	for (unsigned i = 0; i < n; i++)
		if (lengths[i])
			sorted[start[lengths[i]]++] = (uint16_t)i;
	for (unsigned len = 1, i = 0; len <= MAX_BITS; len++)
		for (; count[len] > 0; count[len]--, i++, code = next_code(code, len)) {
			uint32_t entry = entry_of(alphabet, sorted[i]);

			if (len <= table_bits) {
				entry += len << 8 | len;
				for (unsigned at = code; at < 1u << table_bits; at += 1u << len)
					table[at] = entry;
				continue;
			}
			if ((code & ((1u << table_bits) - 1)) != prefix) {
				unsigned used = count[len];

				prefix = code & ((1u << table_bits) - 1);
				sub = next;
				sub_bits = len - table_bits;
				while (used < 1u << sub_bits && table_bits + sub_bits < MAX_BITS) {
					sub_bits++;
					used = 2 * used + count[table_bits + sub_bits];
				}
				next += 1u << sub_bits;
				table[prefix] = sub << 16 | SPECIAL | SUBTABLE | sub_bits << 8 | table_bits;
			}
			entry += (len - table_bits) << 8 | (len - table_bits);
			for (unsigned at = code >> table_bits; at < 1u << sub_bits;
			     at += 1u << (len - table_bits))
				table[sub + at] = entry;
		}
	return true;
}

struct inflate *inflate_new(void)
{
	struct inflate *f = arena_new(struct inflate);

	f->out = arena_alloc(WINDOW + CHUNK + SLACK);
	return f;
}

void inflate_begin(struct inflate *f, struct source *in, unsigned *error)
{
	f->in = in;
	f->error = error;
	f->bits = f->count = 0;
	f->state = BETWEEN;
	f->last = false;
	f->pos = 0;
}

/* Makes 56 bits be there; zeroes follow the end of the input. */
static void refill(struct inflate *f)
{
	if (f->in->end - f->in->p < 16)
		source_need(f->in, 16);
	f->bits |= load64(f->in->p) << f->count;
	f->in->p += (63 - f->count) >> 3;
	f->count |= 56;
}

/* Whether more bits were used than the input has. */
static bool overrun(const struct inflate *f)
{
	return f->in->p > f->in->end + f->count / 8;
}

static unsigned take(struct inflate *f, unsigned n)
{
	unsigned value = (unsigned)f->bits & ((1u << n) - 1);

	f->bits >>= n;
	f->count -= n;
	return value;
}

static bool fail(struct inflate *f, unsigned error)
{
	*f->error |= f->in->error ? DECODE_READ : overrun(f) ? DECODE_TRUNCATED : error;
	if (f->in->p > f->in->end)
		f->in->p = f->in->end;
	f->state = DONE;
	return false;
}

/* Gives whole bytes that are among the bits back to the source. */
static void align(struct inflate *f)
{
	f->in->p -= f->count / 8;
	f->bits = f->count = 0;
}

static bool begin_stored(struct inflate *f)
{
	unsigned len;

	align(f);
	if (!source_need(f->in, 4)) {
		f->in->p = f->in->end + 1;
		return fail(f, DECODE_TRUNCATED);
	}
	len = load16(f->in->p);
	if (len != (load16(f->in->p + 2) ^ 0xffff))
		return fail(f, DECODE_BAD);
	f->in->p += 4;
	f->stored = len;
	f->state = STORED;
	return true;
}

/* Reads the two codes of a block. */
static bool begin_dynamic(struct inflate *f)
{
	static const uint8_t order[19] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	uint8_t lengths[320] = { 0 };
	unsigned literals = take(f, 5) + 257, distances = take(f, 5) + 1, given = take(f, 4) + 4, n = 0;

	refill(f);
	for (unsigned i = 0; i < given; i++) {
		if (i == 10)
			refill(f);
		lengths[order[i]] = (uint8_t)take(f, 3);
	}
	if (literals > 286 || distances > 30 || !make_table(f->fixed_or_code, 7, LENGTHS, lengths, 19))
		return fail(f, DECODE_BAD);
	memset(lengths, 0, 19);
	while (n < literals + distances) {
		uint32_t entry;
		unsigned symbol, repeat = 1;
		uint8_t value;

		refill(f);
		entry = f->fixed_or_code[f->bits & 127];
		take(f, entry & 255);
		symbol = entry >> 16;
		value = (uint8_t)symbol;
		if (symbol >= 16) {
			value = symbol == 16 && n > 0 ? lengths[n - 1] : 0;
			if (symbol == 16 && n == 0)
				return fail(f, DECODE_BAD);
			repeat = symbol == 16   ? 3 + take(f, 2)
				 : symbol == 17 ? 3 + take(f, 3)
						: 11 + take(f, 7);
		}
		if (n + repeat > literals + distances || overrun(f))
			return fail(f, DECODE_BAD);
		memset(lengths + n, value, repeat);
		n += repeat;
	}
	if (lengths[256] == 0 || !make_table(f->literals, LITERAL_BITS, LITERALS, lengths, literals) ||
	    !make_table(f->distances, DISTANCE_BITS, DISTANCES, lengths + literals, distances))
		return fail(f, DECODE_BAD);
	f->state = CODED;
	return true;
}

static bool begin_fixed(struct inflate *f)
{
	uint8_t lengths[288];

	for (unsigned i = 0; i < 288; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	make_table(f->literals, LITERAL_BITS, LITERALS, lengths, 288);
	memset(lengths, 5, 32);
	make_table(f->distances, DISTANCE_BITS, DISTANCES, lengths, 32);
	f->state = CODED;
	return true;
}

static bool begin_block(struct inflate *f)
{
	refill(f);
	f->last = take(f, 1);
	switch (take(f, 2)) {
	case 0:
		return begin_stored(f);
	case 1:
		return begin_fixed(f);
	case 2:
		return begin_dynamic(f);
	default:
		return fail(f, DECODE_BAD);
	}
}

static bool copy_stored(struct inflate *f)
{
	while (f->stored > 0 && f->pos < WINDOW + CHUNK) {
		size_t n = WINDOW + CHUNK - f->pos;

		if (!source_need(f->in, 1)) {
			f->in->p = f->in->end + 1;
			return fail(f, DECODE_TRUNCATED);
		}
		if (n > f->stored)
			n = f->stored;
		if (n > (size_t)(f->in->end - f->in->p))
			n = (size_t)(f->in->end - f->in->p);
		memcpy(f->out + f->pos, f->in->p, n);
		f->in->p += n;
		f->pos += n;
		f->stored -= (uint32_t)n;
	}
	if (f->stored == 0)
		f->state = BETWEEN;
	return true;
}

/* Copies a match by words; up to 16 bytes behind it are overwritten. */
static inline void copy_match(unsigned char *out, size_t distance, unsigned len)
{
	const unsigned char *from = out - distance;
	unsigned char *end = out + len;

	if (distance >= 16) {
		do {
			memcpy(out, from, 16);
			out += 16;
			from += 16;
		} while (out < end);
		return;
	}
	if (distance < 8) { /* the pattern once by bytes, then from a multiple of it before */
		static const uint8_t multiple[8] = { 0, 8, 8, 9, 8, 10, 12, 14 };

		for (int i = 0; i < 8; i++)
			out[i] = from[i];
		out += 8;
		from = out - multiple[distance];
	}
	while (out < end) {
		memcpy(out, from, 8);
		out += 8;
		from += 8;
	}
}

static inline uint32_t extra_of(uint64_t bits, uint32_t entry)
{
	return (uint32_t)((bits & (((uint64_t)1 << (entry & 63)) - 1)) >> (entry >> 8 & 15));
}

/* Unpacks while at least 16 bytes of input and a match's room are there. Returns false if the data are bad. */
static inline __attribute__((always_inline)) bool unpack_fast(struct inflate *f)
{
	const unsigned char *p = f->in->p, *enough = f->in->end - 16;
	unsigned char *out = f->out + f->pos, *limit = f->out + WINDOW + CHUNK;
	uint64_t bits = f->bits;
	unsigned count = f->count;
	bool good = true;

	while (p <= enough && out < limit) {
		uint32_t e;
		uint64_t before;
		unsigned len;
		size_t distance;

		bits |= load64(p) << (count & 63);
		p += (63 - count) >> 3;
		count |= 56;
		e = f->literals[bits & ((1 << LITERAL_BITS) - 1)];
		if (e & LITERAL) {
			bits >>= e & 63;
			count -= e & 255;
			*out++ = (unsigned char)(e >> 16);
			e = f->literals[bits & ((1 << LITERAL_BITS) - 1)];
			if (e & LITERAL) {
				bits >>= e & 63;
				count -= e & 255;
				*out++ = (unsigned char)(e >> 16);
				e = f->literals[bits & ((1 << LITERAL_BITS) - 1)];
				if (e & LITERAL) {
					bits >>= e & 63;
					count -= e & 255;
					*out++ = (unsigned char)(e >> 16);
					continue;
				}
			}
			bits |= load64(p) << (count & 63);
			p += (63 - count) >> 3;
			count |= 56;
		}
		if (e & SPECIAL) {
			if (e & SUBTABLE) {
				bits >>= LITERAL_BITS;
				count -= LITERAL_BITS;
				e = f->literals[(e >> 16) + (bits & ((1u << (e >> 8 & 15)) - 1))];
			}
			if (e & LITERAL) {
				bits >>= e & 63;
				count -= e & 255;
				*out++ = (unsigned char)(e >> 16);
				continue;
			}
			if (e & SPECIAL) {
				bits >>= e & 63;
				count -= e & 255;
				f->state = BETWEEN;
				good = !(e & (1u << 15));
				break;
			}
		}
		before = bits;
		bits >>= e & 63;
		count -= e & 255;
		len = (e >> 16) + extra_of(before, e);
		e = f->distances[bits & ((1 << DISTANCE_BITS) - 1)];
		if (e & SPECIAL) {
			if (e & SUBTABLE) {
				bits >>= DISTANCE_BITS;
				count -= DISTANCE_BITS;
				e = f->distances[(e >> 16) + (bits & ((1u << (e >> 8 & 15)) - 1))];
			}
			if (e & SPECIAL) {
				good = false;
				break;
			}
		}
		distance = (e >> 16) + extra_of(bits, e);
		bits >>= e & 63;
		count -= e & 255;
		if (distance > (size_t)(out - f->out)) {
			good = false;
			break;
		}
		copy_match(out, distance, len);
		out += len;
	}
	f->in->p = p;
	f->bits = bits;
	f->count = count;
	f->pos = (size_t)(out - f->out);
	return good;
}

static bool unpack_fast_plain(struct inflate *f)
{
	return unpack_fast(f);
}

#if defined(__x86_64__)
#include "cpu.h"

__attribute__((target("bmi,bmi2"))) static bool unpack_fast_bmi2(struct inflate *f)
{
	return unpack_fast(f);
}

static bool unpack(struct inflate *f)
{
	return cpu_features() & CPU_AVX2 ? unpack_fast_bmi2(f) : unpack_fast_plain(f);
}
#else
static bool unpack(struct inflate *f)
{
	return unpack_fast_plain(f);
}
#endif

/* The entry of the next symbol. Of its bits only those that found a second table are consumed. */
static uint32_t next_entry(struct inflate *f, const uint32_t *table, unsigned table_bits)
{
	uint32_t e = table[f->bits & ((1u << table_bits) - 1)];

	if (e & SUBTABLE) {
		take(f, table_bits);
		e = table[(e >> 16) + (f->bits & ((1u << (e >> 8 & 15)) - 1))];
	}
	return e;
}

/* Unpacks one symbol where the input is about to end. */
static void unpack_one(struct inflate *f)
{
	uint32_t e;
	unsigned len;
	size_t distance;

	refill(f);
	e = next_entry(f, f->literals, LITERAL_BITS);
	len = (e >> 16) + extra_of(f->bits, e);
	f->bits >>= e & 63;
	f->count -= e & 255;
	if (overrun(f) || (e & NO_SYMBOL) == NO_SYMBOL) {
		fail(f, DECODE_BAD);
		return;
	}
	if (e & LITERAL) {
		f->out[f->pos++] = (unsigned char)(e >> 16);
		return;
	}
	if (e & SPECIAL) {
		f->state = BETWEEN;
		return;
	}
	e = next_entry(f, f->distances, DISTANCE_BITS);
	distance = (e >> 16) + extra_of(f->bits, e);
	f->bits >>= e & 63;
	f->count -= e & 255;
	if (overrun(f) || e & SPECIAL || distance > f->pos) {
		fail(f, DECODE_BAD);
		return;
	}
	copy_match(f->out + f->pos, distance, len);
	f->pos += len;
}

static void unpack_block(struct inflate *f)
{
	while (f->state == CODED && f->pos < WINDOW + CHUNK) {
		if (!source_need(f->in, 16))
			unpack_one(f);
		else if (!unpack(f))
			fail(f, DECODE_BAD);
	}
}

size_t inflate_next(struct inflate *f, const unsigned char **block)
{
	size_t start;

	if (f->pos >= WINDOW + CHUNK) {
		memmove(f->out, f->out + f->pos - WINDOW, WINDOW);
		f->pos = WINDOW;
	}
	start = f->pos;
	while (f->state != DONE && f->pos < WINDOW + CHUNK) {
		if (f->state == STORED)
			copy_stored(f);
		else if (f->state == CODED)
			unpack_block(f);
		else if (!f->last)
			begin_block(f);
		else {
			align(f);
			f->state = DONE;
			if (f->in->p > f->in->end)
				fail(f, DECODE_TRUNCATED);
		}
	}
	*block = f->out + start;
	return f->pos - start;
}
