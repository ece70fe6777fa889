/* bunzip2.c - bzip2 streams unpacked
 *
 * hot: what bunzip2 does
 *
 * A block is read whole: symbols give places in a list of the bytes used last, and so the last bytes of the sorted
 * rotations; each of these tells which row has the rotation before it, from which the block is written backwards.
 */
#include "arena.h"
#include "hash.h"
#include "internal.h"

enum {
	STEP = 100000,
	GROUP = 50,
	CODES = 6,
	SYMBOLS = 258,
	MAX_BITS = 20,
	FAST_BITS = 10,
	CHOICES = 18002, /* more are of no use */
	CHUNK = 131072,
};

/* A prefix code: short ones are looked up, of the others each length has its first code at the top of a word. */
struct code {
	uint16_t fast[1 << FAST_BITS]; /* symbol, and from bit 12 its bits; 0 for a longer one */
	uint32_t limit[MAX_BITS + 2];  /* where the codes of each length end, at the top of MAX_BITS bits */
	int32_t first[MAX_BITS + 2];   /* what to add to a code for its place in `sorted` */
	uint16_t sorted[SYMBOLS];
};

struct bunzip2 {
	struct decoder d;
	bool inside;    /* a stream is being read */
	unsigned size;  /* of blocks */
	uint64_t bits;  /* at the top */
	unsigned count; /* of bits */
	unsigned over;  /* bits that were made up behind the end */
	uint32_t all_crc, block_crc, crc;
	uint32_t *rows; /* the last byte of a rotation, and from bit 8 the row of the rotation before */
	unsigned char *block;
	unsigned at, end; /* what of the block is not given yet */
	unsigned last, run;
	unsigned choices;
	uint8_t choice[CHOICES];
	struct code codes[CODES];
	unsigned char *out;
};

static size_t fail(struct bunzip2 *z, unsigned error)
{
	return decoder_fail(&z->d, z->over > z->count ? DECODE_TRUNCATED : error);
}

/* Makes at least 56 bits be there, of which those behind the end are zeroes. */
static void refill_slowly(struct bunzip2 *z)
{
	struct source *in = z->d.in;

	source_need(in, 8);
	while (z->count <= 56) {
		if (in->p < in->end)
			z->bits |= (uint64_t)*in->p++ << (56 - z->count);
		else
			z->over += 8;
		z->count += 8;
	}
}

static inline void refill(struct bunzip2 *z)
{
	if (z->d.in->end - z->d.in->p >= 8) {
		unsigned bytes = (64 - z->count) >> 3;

		if (bytes > 0)
			z->bits |= __builtin_bswap64(load64(z->d.in->p)) >> z->count;
		z->d.in->p += bytes;
		z->count += 8 * bytes;
	} else {
		refill_slowly(z);
	}
}

static uint32_t take(struct bunzip2 *z, unsigned n)
{
	uint32_t value;

	if (z->count < n)
		refill(z);
	value = (uint32_t)(z->bits >> 1 >> (63 - n));
	z->bits <<= n;
	z->count -= n;
	return value;
}

/* Makes a code of its lengths. Returns false if there are more codes than there can be. */
static bool make_code(struct code *c, const uint8_t *lengths, unsigned symbols)
{
	uint32_t code = 0;
	unsigned sorted = 0;

	memset(c->fast, 0, sizeof(c->fast));
	for (unsigned len = 1; len <= MAX_BITS; len++) {
		c->first[len] = (int32_t)sorted - (int32_t)code;
		for (unsigned i = 0; i < symbols; i++) {
			if (lengths[i] != len)
				continue;
			if (code >> len)
				return false;
			c->sorted[sorted++] = (uint16_t)i;
			for (unsigned k = 0; len <= FAST_BITS && k < 1u << (FAST_BITS - len); k++)
				c->fast[(code << (FAST_BITS - len)) + k] = (uint16_t)(i | len << 12);
			code++;
		}
		c->limit[len] = code << (MAX_BITS - len);
		code <<= 1;
	}
	return true;
}

/* Reads a symbol longer than FAST_BITS; -1 if there is none. */
static int slow_symbol(struct bunzip2 *z, const struct code *c)
{
	uint32_t word = (uint32_t)(z->bits >> (64 - MAX_BITS));
	unsigned len = 1;

	while (len <= MAX_BITS && word >= c->limit[len])
		len++;
	if (len > MAX_BITS)
		return -1;
	z->bits <<= len;
	z->count -= len;
	return c->sorted[(int32_t)(word >> (MAX_BITS - len)) + c->first[len]];
}

/* Reads which bytes occur. Returns how many. */
static unsigned read_used(struct bunzip2 *z, unsigned char *bytes)
{
	uint32_t rows = take(z, 16);
	unsigned count = 0;

	for (unsigned r = 0; r < 16; r++) {
		uint32_t bits = rows & (0x8000u >> r) ? take(z, 16) : 0;

		for (unsigned i = 0; i < 16; i++)
			if (bits & (0x8000u >> i))
				bytes[count++] = (unsigned char)(16 * r + i);
	}
	return count;
}

/* Reads which group has which of `codes` codes. */
static bool read_choices(struct bunzip2 *z, unsigned codes)
{
	uint8_t list[CODES] = { 0, 1, 2, 3, 4, 5 };
	unsigned n = take(z, 15);

	if (n == 0)
		return false;
	for (unsigned i = 0; i < n; i++) {
		unsigned place = 0;
		uint8_t code;

		while (take(z, 1))
			if (++place >= codes)
				return false;
		code = list[place];
		memmove(list + 1, list, place);
		list[0] = code;
		if (i < CHOICES)
			z->choice[i] = code;
	}
	z->choices = n < CHOICES ? n : CHOICES;
	return true;
}

static bool read_codes(struct bunzip2 *z, unsigned codes, unsigned symbols)
{
	uint8_t lengths[SYMBOLS];

	for (unsigned c = 0; c < codes; c++) {
		unsigned now = take(z, 5);

		for (unsigned i = 0; i < symbols; i++) {
			for (;;) {
				if (now < 1 || now > MAX_BITS)
					return false;
				if (!take(z, 1))
					break;
				now = take(z, 1) ? now - 1 : now + 1;
			}
			lengths[i] = (uint8_t)now;
		}
		if (!make_code(&z->codes[c], lengths, symbols))
			return false;
	}
	return true;
}

/* Moves the byte at a place of the list to its front. */
static inline unsigned char to_front(unsigned char *list, unsigned place)
{
	unsigned char c = list[place];

	for (; place >= 8; place -= 8)
		store64(list + place - 7, load64(list + place - 8));
	for (; place > 0; place--)
		list[place] = list[place - 1];
	list[0] = c;
	return c;
}

/* Reads the symbols of a block, of which `last` is that of the end. Returns how many bytes they are, 0 if they are wrong. */
static unsigned read_symbols(struct bunzip2 *z, unsigned char *list, unsigned last, uint32_t *freq)
{
	uint32_t *to = z->rows, *limit = to + z->size;
	uint32_t run = 0, digit = 1;

	for (unsigned group = 0; group < z->choices; group++) {
		const struct code *code = &z->codes[z->choice[group]];

		for (unsigned i = 0; i < GROUP; i++) {
			unsigned fast;
			int symbol;

			if (z->count < MAX_BITS)
				refill(z);
			fast = code->fast[z->bits >> (64 - FAST_BITS)];
			if (fast) {
				z->bits <<= fast >> 12;
				z->count -= fast >> 12;
				symbol = fast & 0xfff;
			} else {
				symbol = slow_symbol(z, code);
			}
			if (symbol < 0)
				return 0;
			if (symbol < 2) { /* a digit of a number of repetitions */
				run += digit << symbol;
				digit <<= 1;
				if (run > (uint32_t)(limit - to))
					return 0;
				continue;
			}
			if (run > 0) {
				freq[list[0]] += run;
				while (run > 0) {
					*to++ = list[0];
					run--;
				}
			}
			digit = 1;
			if (symbol == (int)last)
				return (unsigned)(to - z->rows);
			if (to == limit)
				return 0;
			*to = to_front(list, (unsigned)symbol - 1);
			freq[*to++]++;
		}
	}
	return 0;
}

/* Writes the block backwards from the row of its last rotation. */
static void follow_rows(struct bunzip2 *z, unsigned n, uint32_t row, uint32_t *freq)
{
	uint32_t *rows = z->rows, sum = 0;

	for (unsigned c = 0; c < 256; c++) {
		uint32_t count = freq[c];

		freq[c] = sum;
		sum += count;
	}
	for (unsigned i = 0; i < n; i++)
		rows[i] |= freq[rows[i]]++ << 8;
	for (unsigned i = n; i-- > 0;) {
		uint32_t here = rows[row];

		z->block[i] = (unsigned char)here;
		row = here >> 8;
	}
}

/* Reads a block, whose magic number is past. */
static bool read_block(struct bunzip2 *z)
{
	unsigned char list[256];
	uint32_t freq[256] = { 0 }, origin;
	unsigned used, codes, n;

	z->block_crc = take(z, 32);
	if (take(z, 1))
		return fail(z,
			    DECODE_UNSUPPORTED); /* disturbed at random, as no bzip2 has done since 0.9.5 */
	origin = take(z, 24);
	used = read_used(z, list);
	codes = take(z, 3);
	if (used == 0 || codes < 2 || codes > CODES || !read_choices(z, codes) ||
	    !read_codes(z, codes, used + 2))
		return fail(z, DECODE_BAD);
	n = read_symbols(z, list, used + 1, freq);
	if (z->over > z->count)
		return fail(z, DECODE_TRUNCATED);
	if (n == 0 || origin >= n)
		return fail(z, DECODE_BAD);
	follow_rows(z, n, origin, freq);
	z->at = 0;
	z->end = n;
	z->run = 0;
	z->crc = UINT32_MAX;
	return true;
}

/* Gives bytes of the block, with its runs as long as they were. */
static size_t unpack_runs(struct bunzip2 *z)
{
	unsigned char *to = z->out, *limit = to + CHUNK;
	unsigned last = z->last, run = z->run, at = z->at, end = z->end;

	while (at < end && to < limit) {
		unsigned c = z->block[at++];

		if (run == 4) {
			memset(to, (int)last, c);
			to += c;
			run = 0;
		} else {
			run = run > 0 && c == last ? run + 1 : 1;
			last = c;
			*to++ = (unsigned char)c;
		}
	}
	z->last = last;
	z->run = run;
	z->at = at;
	z->crc = crc_posix(z->crc, z->out, (size_t)(to - z->out));
	return (size_t)(to - z->out);
}

/* Puts the bytes that were taken too early back: a stream is over, at a whole byte. */
static void put_back(struct bunzip2 *z)
{
	unsigned bytes = (z->count - z->over) / 8;

	z->d.in->p -= bytes;
	z->bits = 0;
	z->count = z->over = 0;
}

/* Looks for a stream. */
static bool find_stream(struct bunzip2 *z)
{
	struct source *in = z->d.in;
	const unsigned char *p;

	if (z->d.members > 0 && z->d.single)
		return false;
	source_need(in, 4);
	p = in->p;
	if (in->end - p < 4 || memcmp(p, "BZh", 3) != 0 || p[3] < '1' || p[3] > '9') {
		if (in->error)
			return fail(z, DECODE_READ);
		if (z->d.members == 0)
			return fail(z, in->end - p < 4 ? DECODE_TRUNCATED : DECODE_MAGIC);
		z->d.garbage = p < in->end;
		return false;
	}
	in->p += 4;
	if (z->size < (p[3] - '0') * (unsigned)STEP) {
		z->rows = arena_array(uint32_t, (p[3] - '0') * (size_t)STEP);
		z->block = arena_alloc((p[3] - '0') * (size_t)STEP);
	}
	z->size = (p[3] - '0') * (unsigned)STEP;
	z->all_crc = 0;
	z->d.member_out = 0;
	z->inside = true;
	return true;
}

/* Reads what comes next in a stream: a block, or the end. Returns whether it is a block. */
static bool next_block(struct bunzip2 *z)
{
	uint64_t magic = (uint64_t)take(z, 24) << 24;

	magic |= take(z, 24);
	if (magic == 0x314159265359)
		return read_block(z);
	if (magic != 0x177245385090)
		return fail(z, DECODE_BAD);
	if (take(z, 32) != z->all_crc || z->over > z->count)
		return fail(z, DECODE_CHECK);
	z->inside = false;
	z->d.members++;
	put_back(z);
	return false;
}

static size_t next(struct decoder *d, const unsigned char **block)
{
	struct bunzip2 *z = (struct bunzip2 *)d;
	size_t n;

	do {
		while (z->at == z->end) {
			if (!z->inside && !find_stream(z))
				return 0;
			if (!next_block(z) && d->error)
				return 0;
		}
		n = unpack_runs(z);
		if (z->at == z->end) {
			z->all_crc = (z->all_crc << 1 | z->all_crc >> 31) ^ ~z->crc;
			if (~z->crc != z->block_crc)
				return fail(z, DECODE_CHECK);
		}
	} while (n == 0); /* the last byte of a block may say that a run is no longer than four */
	d->member_out += n;
	*block = z->out;
	return n;
}

struct decoder *bunzip2_new(struct source *in)
{
	struct bunzip2 *z = arena_new(struct bunzip2);

	(void)in;
	z->out = arena_alloc(CHUNK + 256);
	z->d.next = next;
	return &z->d;
}
