/* bzip2.c - an encoder of bzip2 streams
 *
 * hot: what bzip2 does
 *
 * A block is gathered with its runs shortened, sorted, turned into places in a list of the bytes used last, and written in
 * up to six prefix codes, of which each fifty symbols use one. The codes are found by dividing these fifties by how
 * much they would take in one code for all, and then in turns making codes for them and choosing again.
 */
#include "arena.h"
#include "blocksort.h"
#include "hash.h"
#include "internal.h"

enum {
	ROOM = 131072,
	STEP = 100000,
	SPARE = 20, /* so much less than it may have is put in a block */
	LONGEST_RUN = 255,
	GROUP = 50,
	CODES = 6,
	SYMBOLS = 258,
	MAX_BITS = 20,
	TURNS = 4,
	OUT = 65536,
};

struct bzip2 {
	struct encoder e;
	unsigned level;
	struct block_sorter *sorter;
	unsigned char *block; /* with runs shortened */
	unsigned count, limit;
	unsigned last, run; /* the byte before, 256 if there is none; how often it came */
	uint32_t crc, all_crc;
	uint16_t *symbols;
	unsigned symbol_count, alphabet;
	uint8_t *choice; /* the code of each group */
	uint8_t lengths[CODES][SYMBOLS];
	unsigned codes;
	uint64_t bits;
	unsigned bit_count;
	unsigned char *out;
	size_t out_len;
};

static void flush_out(struct bzip2 *z)
{
	writer_mem(z->e.out, z->out, z->out_len);
	z->e.total_out += z->out_len;
	z->out_len = 0;
}

/* Appends up to 32 bits. */
static inline void add_bits(struct bzip2 *z, uint32_t bits, unsigned n)
{
	z->bits = z->bits << n | bits;
	z->bit_count += n;
	if (z->bit_count >= 32) {
		/* the highest byte first */
		store32(z->out + z->out_len, __builtin_bswap32((uint32_t)(z->bits >> (z->bit_count - 32))));
		z->out_len += 4;
		z->bit_count -= 32;
		if (z->out_len >= OUT)
			flush_out(z);
	}
}

static __attribute__((noinline)) void put_bits(struct bzip2 *z, uint32_t bits, unsigned n)
{
	add_bits(z, bits, n);
}

static void put_magic(struct bzip2 *z, uint64_t magic, uint32_t crc)
{
	put_bits(z, (uint32_t)(magic >> 24), 24);
	put_bits(z, (uint32_t)magic & 0xffffff, 24);
	put_bits(z, crc, 32);
}

/* Writes which bytes occur, numbering them in `index`. */
static void put_used(struct bzip2 *z, unsigned char *index, unsigned *used)
{
	bool there[256] = { false };
	uint32_t rows = 0, bits[16] = { 0 };

	for (unsigned i = 0; i < z->count; i++)
		there[z->block[i]] = true;
	for (unsigned c = 0; c < 256; c++)
		if (there[c]) {
			index[c] = (unsigned char)(*used)++;
			rows |= 0x8000u >> (c / 16);
			bits[c / 16] |= 0x8000u >> (c % 16);
		}
	put_bits(z, rows, 16);
	for (unsigned i = 0; i < 16; i++)
		if (bits[i])
			put_bits(z, bits[i], 16);
}

/* Writes a number of repetitions as symbols: 1 and 2 are its digits. */
static uint16_t *put_run(uint16_t *to, uint32_t *freq, uint32_t run)
{
	for (; run > 0; run = (run - 1) / 2) {
		*to = (run - 1) & 1;
		freq[*to++]++;
	}
	return to;
}

/* Makes symbols of the block: the place of each byte in the list of those used last. */
static void make_symbols(struct bzip2 *z, const unsigned char *index, unsigned used, uint32_t *freq)
{
	unsigned char list[256 + 8];
	uint16_t *to = z->symbols;
	uint32_t run = 0;

	for (unsigned i = 0; i < 256; i++)
		list[i] = (unsigned char)i;
	for (unsigned i = 0; i < z->count; i++) {
		unsigned char c = index[z->block[i]], before = list[0];
		unsigned place = 0;

		if (c == before) {
			run++;
			continue;
		}
		if (run > 0)
			to = put_run(to, freq, run);
		run = 0;
		list[0] = c;
		do {
			unsigned char x = list[++place];

			list[place] = before;
			before = x;
		} while (before != c);
		*to = (uint16_t)(place + 1);
		freq[*to++]++;
	}
	to = put_run(to, freq, run);
	*to = (uint16_t)(used + 1);
	freq[*to++]++;
	z->symbol_count = (unsigned)(to - z->symbols);
	z->alphabet = used + 2;
}

static void code_lengths(const struct bzip2 *z, const uint32_t *freq, uint8_t *lengths)
{
	uint32_t all[SYMBOLS];

	for (unsigned i = 0; i < z->alphabet; i++) /* each has a code */
		all[i] = freq[i] > 0 ? freq[i] * 8 : 1;
	huffman_lengths(all, z->alphabet, MAX_BITS, lengths);
}

static unsigned group_end(const struct bzip2 *z, unsigned at)
{
	return z->symbol_count - at < GROUP ? z->symbol_count : at + GROUP;
}

/* Divides the groups among the codes by how long they are in one code for all. */
static void divide(struct bzip2 *z, const uint32_t *freq)
{
	uint32_t histogram[GROUP * MAX_BITS + 1] = { 0 }, sum = 0, groups = 0;
	uint8_t code_of[GROUP * MAX_BITS + 1];

	code_lengths(z, freq, z->lengths[0]);
	for (int pass = 0; pass < 2; pass++) {
		groups = 0;
		for (unsigned at = 0, end; at < z->symbol_count; at = end, groups++) {
			unsigned bits = 0;

			for (end = group_end(z, at); at < end; at++)
				bits += z->lengths[0][z->symbols[at]];
			if (pass == 0)
				histogram[bits]++;
			else
				z->choice[groups] = code_of[bits];
		}
		for (unsigned i = 0; pass == 0 && i <= GROUP * MAX_BITS; i++) {
			code_of[i] = (uint8_t)((uint64_t)(sum + histogram[i] / 2) * z->codes / groups);
			sum += histogram[i];
		}
	}
}

/* Makes the codes for the groups that use them. */
static void make_codes(struct bzip2 *z)
{
	uint32_t freq[CODES][SYMBOLS] = { { 0 } };

	for (unsigned at = 0, group = 0, end; at < z->symbol_count; group++)
		for (end = group_end(z, at); at < end; at++)
			freq[z->choice[group]][z->symbols[at]]++;
	for (unsigned i = 0; i < z->codes; i++)
		code_lengths(z, freq[i], z->lengths[i]);
}

/* Chooses for each group the code in which it is shortest. The sums for all codes are made at once, 16 bits for each. */
static void choose_codes(struct bzip2 *z)
{
	uint64_t costs[SYMBOLS][2] = { { 0 } };

	for (unsigned i = 0; i < z->codes; i++)
		for (unsigned s = 0; s < z->alphabet; s++)
			costs[s][i / 3] |= (uint64_t)z->lengths[i][s] << 16 * (i % 3);
	for (unsigned at = 0, group = 0, end; at < z->symbol_count; group++) {
		uint64_t sum[2] = { 0 };
		unsigned best = 0, least = UINT32_MAX;

		for (end = group_end(z, at); at < end; at++) {
			sum[0] += costs[z->symbols[at]][0];
			sum[1] += costs[z->symbols[at]][1];
		}
		for (unsigned i = 0; i < z->codes; i++) {
			unsigned cost = (unsigned)(sum[i / 3] >> 16 * (i % 3)) & 0xffff;

			if (cost < least) {
				least = cost;
				best = i;
			}
		}
		z->choice[group] = (uint8_t)best;
	}
}

/* Writes the choices, as places in a list of the codes used last. */
static void put_choices(struct bzip2 *z)
{
	unsigned groups = (z->symbol_count + GROUP - 1) / GROUP;
	uint8_t list[CODES] = { 0, 1, 2, 3, 4, 5 };

	put_bits(z, z->codes, 3);
	put_bits(z, groups, 15);
	for (unsigned i = 0; i < groups; i++) {
		unsigned place = 0;

		while (list[place] != z->choice[i])
			place++;
		memmove(list + 1, list, place);
		list[0] = z->choice[i];
		put_bits(z, (1u << (place + 1)) - 2, place + 1);
	}
}

/* Writes the lengths of the codes, as differences. */
static void put_lengths(struct bzip2 *z, const uint8_t *lengths)
{
	unsigned now = lengths[0];

	put_bits(z, now, 5);
	for (unsigned i = 0; i < z->alphabet; i++) {
		for (; now < lengths[i]; now++)
			put_bits(z, 2, 2);
		for (; now > lengths[i]; now--)
			put_bits(z, 3, 2);
		put_bits(z, 0, 1);
	}
}

/* The codes of MAX_BITS bits at most, each with its length from bit 24 on. */
static void number_codes(const struct bzip2 *z, const uint8_t *lengths, uint32_t *codes)
{
	uint32_t code = 0;

	for (unsigned len = 1; len <= MAX_BITS; len++, code <<= 1)
		for (unsigned i = 0; i < z->alphabet; i++)
			if (lengths[i] == len)
				codes[i] = code++ | len << 24;
}

static void put_symbols(struct bzip2 *z)
{
	uint32_t codes[CODES][SYMBOLS];

	for (unsigned i = 0; i < z->codes; i++)
		number_codes(z, z->lengths[i], codes[i]);
	for (unsigned at = 0, group = 0, end; at < z->symbol_count; group++) {
		const uint32_t *code = codes[z->choice[group]];

		for (end = group_end(z, at); at < end; at++)
			add_bits(z, code[z->symbols[at]] & 0xffffff, code[z->symbols[at]] >> 24);
	}
}

/* Ends a run: how often it came beyond the fourth. */
static void end_run(struct bzip2 *z)
{
	if (z->run >= 4)
		z->block[z->count++] = (unsigned char)(z->run - 4);
	z->run = 0;
	z->last = 256;
}

static void put_block(struct bzip2 *z)
{
	unsigned char index[256];
	unsigned origin, used = 0;
	uint32_t freq[SYMBOLS] = { 0 };

	end_run(z);
	if (z->count == 0)
		return;
	z->all_crc = (z->all_crc << 1 | z->all_crc >> 31) ^ ~z->crc;
	put_magic(z, 0x314159265359, ~z->crc);
	origin = block_sort(z->sorter, z->count, z->block);
	put_bits(z, origin, 25); /* a bit before it says that nothing was disturbed at random */
	put_used(z, index, &used);
	make_symbols(z, index, used, freq);
	z->codes = 2;
	while (z->codes < CODES && z->symbol_count >> (z->codes + 6))
		z->codes++;
	divide(z, freq);
	for (int turn = 0; turn < TURNS; turn++) {
		make_codes(z);
		choose_codes(z);
	}
	make_codes(z);
	put_choices(z);
	for (unsigned i = 0; i < z->codes; i++)
		put_lengths(z, z->lengths[i]);
	put_symbols(z);
	z->count = 0;
	z->crc = UINT32_MAX;
}

/* Takes bytes until the block is full; returns how many. */
static size_t gather(struct bzip2 *z, const unsigned char *p, size_t n)
{
	unsigned char *to = z->block + z->count, *limit = z->block + z->limit;
	unsigned last = z->last, run = z->run;
	size_t i = 0;

	for (; i < n && to < limit; i++) {
		unsigned c = p[i];

		if (c != last || run == LONGEST_RUN) {
			if (run >= 4)
				*to++ = (unsigned char)(run - 4);
			*to++ = (unsigned char)c;
			last = c;
			run = 1;
		} else if (++run <= 4) {
			*to++ = (unsigned char)c;
		}
	}
	z->last = last;
	z->run = run;
	z->count = (unsigned)(to - z->block);
	z->crc = crc_posix(z->crc, p, i);
	return i;
}

static void filled(struct encoder *e, size_t n)
{
	struct bzip2 *z = (struct bzip2 *)e;
	const unsigned char *p = e->room;

	e->total_in += n;
	while (n > 0) {
		size_t part = gather(z, p, n);

		p += part;
		n -= part;
		if (z->count >= z->limit)
			put_block(z);
	}
}

static void end(struct encoder *e)
{
	struct bzip2 *z = (struct bzip2 *)e;

	put_block(z);
	put_magic(z, 0x177245385090, z->all_crc);
	put_bits(z, 0, 7);
	for (; z->bit_count >= 8; z->bit_count -= 8)
		z->out[z->out_len++] = (unsigned char)(z->bits >> (z->bit_count - 8));
	flush_out(z);
}

struct encoder *bzip2_new(const struct encoder_options *opt, struct writer *out)
{
	struct bzip2 *z = arena_new(struct bzip2);
	unsigned size;

	z->level = opt->level ? (unsigned)opt->level : 9;
	size = z->level * STEP;
	z->e = (struct encoder){ .out = out, .filled = filled, .end = end, .room_size = ROOM };
	z->e.room = arena_alloc(ROOM);
	z->sorter = block_sorter_new(size);
	z->block = block_sorter_text(z->sorter);
	z->limit = size - SPARE;
	z->symbols = arena_array(uint16_t, size + 2);
	z->choice = arena_alloc(size / GROUP + 2);
	z->out = arena_alloc(OUT + 8);
	z->crc = UINT32_MAX;
	z->last = 256;
	put_bits(z, 0x425a6830 + z->level, 32); /* BZh9 */
	return &z->e;
}
