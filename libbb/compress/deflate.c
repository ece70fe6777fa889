/* deflate.c - an encoder of gzip members
 *
 * hot: what gzip does
 *
 * Matches are found through chains of places with the same hash of four bytes, and one place for each hash of three.
 * Tokens are gathered with their frequencies until a block ends: when it is full, or when the frequencies of the last
 * ones are so different that another code pays.
 */
#include "arena.h"
#include "hash.h"
#include "internal.h"

enum {
	WINDOW = 32768,
	ROOM = 131072,
	BUFFER = 3 * WINDOW + ROOM,
	LEAST = 3,
	MOST = 258,
	AHEAD = MOST + LEAST + 8, /* so much is wanted behind the place that is looked at */
	HASH_BITS = 15,
	HASH3_BITS = 14,
	FAR3 = 4096, /* a match of three bytes that is farther away is not worth it */
	TOKENS = 40960,
	PART = 4096, /* tokens after which the end of a block is considered */
	LITERALS = 286,
	DISTANCES = 30,
	MAX_BITS = 15,
	OUT = 65536,
	RSYNC_WINDOW = 8192,
};

/* How much is tried at a level. */
struct effort {
	uint16_t chain; /* places looked at */
	uint16_t good;  /* with a match so long in hand, a quarter of them */
	uint16_t lazy;  /* a match so long is taken without a look at the next place; 0: any is */
	uint16_t nice;  /* a match so long ends the search */
};

static const struct effort efforts[10] = {
	{ 0, 0, 0, 0 },        { 4, 258, 0, 16 },       { 6, 258, 0, 24 },   { 14, 258, 0, 40 },
	{ 8, 4, 5, 24 },       { 24, 8, 16, 64 },       { 80, 16, 32, 128 }, { 140, 32, 64, 258 },
	{ 500, 64, 258, 258 }, { 1200, 258, 258, 258 },
};

struct frequencies {
	uint32_t literals[LITERALS + 2], distances[DISTANCES + 2];
};

struct deflate {
	struct encoder e;
	struct effort effort;
	bool rsyncable;
	uint32_t crc;
	unsigned char *buf;
	size_t pos, end; /* what is not looked at yet */
	size_t block;    /* where the block begins */
	bool block_lost; /* or began, before what is kept */
	uint32_t base;   /* the place that buf[0] has in the tables */
	uint32_t *head, *head3, *chain;
	uint32_t *tokens;     /* length or literal, and from bit 9 the distance */
	unsigned count, part; /* tokens; the first of the part that is not in `all` yet */
	size_t part_pos;      /* where that begins */
	struct frequencies all, recent;
	uint64_t bits;
	unsigned bit_count;
	unsigned char *out;
	size_t out_len;
	uint32_t rolling;
	size_t rolled, sync; /* how far it is summed up; where the next block must begin, or SIZE_MAX */
	uint8_t length_code[256];
};

static const uint16_t length_base[30] = { 3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23,  27,
					  31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258, 259 };
static const uint8_t length_extra[29] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
					  2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };

static inline unsigned distance_code(unsigned distance)
{
	unsigned bit;

	if (distance <= 4)
		return distance - 1;
	bit = high_bit(distance - 1);
	return 2 * bit + ((distance - 1) >> (bit - 1) & 1);
}

static inline unsigned distance_extra(unsigned code)
{
	return code < 4 ? 0 : code / 2 - 1;
}

static void flush_out(struct deflate *d)
{
	writer_mem(d->e.out, d->out, d->out_len);
	d->e.total_out += d->out_len;
	d->out_len = 0;
}

/* Appends up to 32 bits. */
static inline void put_bits(struct deflate *d, uint32_t bits, unsigned n)
{
	d->bits |= (uint64_t)bits << d->bit_count;
	d->bit_count += n;
	if (d->bit_count >= 32) {
		store32(d->out + d->out_len, (uint32_t)d->bits);
		d->out_len += 4;
		d->bits >>= 32;
		d->bit_count -= 32;
		if (d->out_len >= OUT)
			flush_out(d);
	}
}

static void align(struct deflate *d)
{
	while (d->bit_count > 0) {
		d->out[d->out_len++] = (unsigned char)d->bits;
		d->bits >>= 8;
		d->bit_count -= d->bit_count < 8 ? d->bit_count : 8;
	}
	if (d->out_len >= OUT)
		flush_out(d);
}

static void put_bytes(struct deflate *d, const unsigned char *p, size_t n)
{
	flush_out(d);
	writer_mem(d->e.out, p, n);
	d->e.total_out += n;
}

/* The codes of a block, bits in reverse as the stream wants them. */
struct codes {
	uint8_t literal_lengths[LITERALS + 2], distance_lengths[DISTANCES + 2];
	uint16_t literals[LITERALS + 2], distances[DISTANCES + 2];
};

static void make_codes(const uint8_t *lengths, unsigned n, uint16_t *codes)
{
	huffman_codes(lengths, n, codes);
	for (unsigned i = 0; i < n; i++) {
		unsigned code = codes[i], reversed = 0;

		for (unsigned b = 0; b < lengths[i]; b++, code >>= 1)
			reversed = reversed << 1 | (code & 1);
		codes[i] = (uint16_t)reversed;
	}
}

static void fixed_lengths(struct codes *c)
{
	for (unsigned i = 0; i < 288; i++)
		c->literal_lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	memset(c->distance_lengths, 5, 32);
}

/* The lengths of a block's codes as they are written: run-length coded, then coded themselves. */
struct header {
	uint8_t symbols[LITERALS + DISTANCES], extra[LITERALS + DISTANCES];
	unsigned count, literals, distances, given;
	uint8_t lengths[19];
	uint16_t codes[19];
	uint32_t bits;
};

static const uint8_t header_order[19] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };

static void add_symbol(struct header *h, uint32_t *freq, unsigned symbol, unsigned extra)
{
	h->symbols[h->count] = (uint8_t)symbol;
	h->extra[h->count++] = (uint8_t)extra;
	freq[symbol]++;
}

static unsigned header_extra(unsigned symbol)
{
	return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
}

static void make_header(struct header *h, const struct codes *c)
{
	uint8_t all[LITERALS + DISTANCES];
	uint32_t freq[19] = { 0 };
	unsigned n;

	h->count = 0;
	for (h->literals = LITERALS; h->literals > 257 && !c->literal_lengths[h->literals - 1];)
		h->literals--;
	for (h->distances = DISTANCES; h->distances > 1 && !c->distance_lengths[h->distances - 1];)
		h->distances--;
	n = h->literals + h->distances;
	memcpy(all, c->literal_lengths, h->literals);
	memcpy(all + h->literals, c->distance_lengths, h->distances);
	for (unsigned i = 0, run; i < n; i += run) {
		for (run = 1; i + run < n && all[i + run] == all[i];)
			run++;
		if (all[i] == 0 && run >= 3) {
			run = run > 138 ? 138 : run;
			add_symbol(h, freq, run < 11 ? 17 : 18, run < 11 ? run - 3 : run - 11);
		} else if (run >= 4) {
			run = run > 7 ? 7 : run;
			add_symbol(h, freq, all[i], 0);
			add_symbol(h, freq, 16, run - 4);
		} else {
			run = 1;
			add_symbol(h, freq, all[i], 0);
		}
	}
	huffman_lengths(freq, 19, 7, h->lengths);
	make_codes(h->lengths, 19, h->codes);
	for (h->given = 19; h->given > 4 && !h->lengths[header_order[h->given - 1]];)
		h->given--;
	h->bits = 14 + 3 * h->given;
	for (unsigned i = 0; i < 19; i++)
		h->bits += freq[i] * (h->lengths[i] + header_extra(i));
}

static void put_header(struct deflate *d, const struct header *h)
{
	put_bits(d, h->literals - 257, 5);
	put_bits(d, h->distances - 1, 5);
	put_bits(d, h->given - 4, 4);
	for (unsigned i = 0; i < h->given; i++)
		put_bits(d, h->lengths[header_order[i]], 3);
	for (unsigned i = 0; i < h->count; i++) {
		put_bits(d, h->codes[h->symbols[i]], h->lengths[h->symbols[i]]);
		put_bits(d, h->extra[i], header_extra(h->symbols[i]));
	}
}

/* Bits that the tokens take with codes of these lengths, without what is the same with any. */
static uint64_t cost(const struct frequencies *f, const struct codes *c)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < LITERALS; i++)
		bits += (uint64_t)f->literals[i] * c->literal_lengths[i];
	for (unsigned i = 0; i < DISTANCES; i++)
		bits += (uint64_t)f->distances[i] * c->distance_lengths[i];
	return bits;
}

static uint64_t extra_cost(const struct frequencies *f)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < 29; i++)
		bits += (uint64_t)f->literals[257 + i] * length_extra[i];
	for (unsigned i = 0; i < DISTANCES; i++)
		bits += (uint64_t)f->distances[i] * distance_extra(i);
	return bits;
}

static void put_tokens(struct deflate *d, const struct codes *c)
{
	uint32_t match_codes[256];
	uint8_t match_lengths[256];
	uint64_t bits = d->bits;
	unsigned count = d->bit_count;
	size_t len = d->out_len;

	for (unsigned i = 0; i < 256; i++) { /* code and extra bits of each length of a match */
		unsigned code = d->length_code[i], symbol = 257 + code;

		match_codes[i] = c->literals[symbol] | (i + LEAST - length_base[code])
							       << c->literal_lengths[symbol];
		match_lengths[i] = (uint8_t)(c->literal_lengths[symbol] + length_extra[code]);
	}
	for (unsigned i = 0; i < d->count; i++) {
		uint32_t token = d->tokens[i], distance = token >> 9, value = token & 511;

		if (distance == 0) {
			bits |= (uint64_t)c->literals[value] << count;
			count += c->literal_lengths[value];
		} else {
			unsigned code = distance_code(distance), extra = distance_extra(code),
				 first = ((2 + (code & 1)) << extra) + 1;

			bits |= (uint64_t)match_codes[value - LEAST] << count;
			count += match_lengths[value - LEAST];
			store64(d->out + len, bits);
			len += count >> 3;
			bits >>= count & 56;
			count &= 7;
			bits |= (uint64_t)c->distances[code] << count;
			count += c->distance_lengths[code];
			if (extra > 0)
				bits |= (uint64_t)(distance - first) << count;
			count += extra;
		}
		store64(d->out + len, bits);
		len += count >> 3;
		bits >>= count & 56;
		count &= 7;
		if (len >= OUT) {
			d->out_len = len;
			flush_out(d);
			len = 0;
		}
	}
	d->bits = bits;
	d->bit_count = count;
	d->out_len = len;
	put_bits(d, c->literals[256], c->literal_lengths[256]);
}

static void put_stored(struct deflate *d, const unsigned char *p, size_t n, bool last)
{
	do {
		unsigned part = n > 65535 ? 65535 : (unsigned)n;

		put_bits(d, last && part == n, 3);
		align(d);
		store32(d->out + d->out_len, part | (part ^ 0xffff) << 16);
		d->out_len += 4;
		put_bytes(d, p, part);
		p += part;
		n -= part;
	} while (n > 0);
}

static void add_frequencies(struct frequencies *to, struct frequencies *from)
{
	for (unsigned i = 0; i < LITERALS; i++)
		to->literals[i] += from->literals[i];
	for (unsigned i = 0; i < DISTANCES; i++)
		to->distances[i] += from->distances[i];
	*from = (struct frequencies){ 0 };
}

/* Writes the tokens, which end at buf[end], as a block of the kind that is shortest. */
static void put_block(struct deflate *d, size_t end, bool last)
{
	struct codes dynamic = { 0 }, fixed = { 0 };
	struct header header;
	uint64_t extra, dynamic_cost, fixed_cost, stored_cost;
	size_t len = end - d->block;

	d->all.literals[256] = 1;
	huffman_lengths(d->all.literals, LITERALS, MAX_BITS, dynamic.literal_lengths);
	huffman_lengths(d->all.distances, DISTANCES, MAX_BITS, dynamic.distance_lengths);
	fixed_lengths(&fixed);
	make_header(&header, &dynamic);
	extra = extra_cost(&d->all);
	dynamic_cost = header.bits + cost(&d->all, &dynamic) + extra;
	fixed_cost = cost(&d->all, &fixed) + extra;
	stored_cost = 8 * (uint64_t)len + 40 * (len / 65535 + 1);
	if (!d->block_lost && stored_cost <= fixed_cost && stored_cost <= dynamic_cost) {
		put_stored(d, d->buf + d->block, len, last);
	} else if (fixed_cost <= dynamic_cost) {
		make_codes(fixed.literal_lengths, 288, fixed.literals);
		make_codes(fixed.distance_lengths, 30, fixed.distances);
		put_bits(d, last | 1 << 1, 3);
		put_tokens(d, &fixed);
	} else {
		make_codes(dynamic.literal_lengths, LITERALS, dynamic.literals);
		make_codes(dynamic.distance_lengths, DISTANCES, dynamic.distances);
		put_bits(d, last | 2 << 1, 3);
		put_header(d, &header);
		put_tokens(d, &dynamic);
	}
	d->block = end;
	d->block_lost = false;
	d->count = d->part = 0;
	d->all = (struct frequencies){ 0 };
}

static void end_block(struct deflate *d, size_t end, bool last)
{
	add_frequencies(&d->all, &d->recent);
	put_block(d, end, last);
}

/* n * log2(n), times 16. */
static uint32_t n_log_n(uint32_t n)
{
	unsigned bit;
	uint32_t fraction;

	if (n < 2)
		return 0;
	bit = high_bit(n);
	fraction = bit >= 4 ? (n >> (bit - 4)) & 15 : (n << (4 - bit)) & 15;
	return n * (16 * bit + fraction + (fraction > 2 && fraction < 13));
}

/* Bits, times 16, that symbols of these frequencies need in a code of their own; with those of `b`, if not NULL, added. */
static uint64_t entropy(const uint32_t *a, const uint32_t *b, unsigned n)
{
	uint64_t bits = 0;
	uint32_t sum = 0;

	for (unsigned i = 0; i < n; i++) {
		uint32_t f = a[i] + (b ? b[i] : 0);

		sum += f;
		bits += n_log_n(f);
	}
	return n_log_n(sum) - bits;
}

static unsigned used(const uint32_t *freq, unsigned n)
{
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++)
		count += freq[i] > 0;
	return count;
}

/* A part is full: ends the block before it if two blocks are shorter than one. */
static void end_part(struct deflate *d)
{
	const struct frequencies *a = &d->all, *b = &d->recent;
	uint64_t apart, together;

	if (d->part > 0) {
		apart = entropy(a->literals, NULL, LITERALS) + entropy(a->distances, NULL, DISTANCES) +
			entropy(b->literals, NULL, LITERALS) + entropy(b->distances, NULL, DISTANCES);
		together = entropy(a->literals, b->literals, LITERALS) +
			   entropy(a->distances, b->distances, DISTANCES);
		if (apart + 16 * (320 + 4 * (uint64_t)used(b->literals, LITERALS)) < together) {
			unsigned rest = d->count - d->part;
			uint32_t *part = d->tokens + d->part;

			d->count = d->part;
			put_block(d, d->part_pos, false);
			memmove(d->tokens, part, rest * sizeof(*part));
			d->count = rest;
		}
	}
	add_frequencies(&d->all, &d->recent);
	d->part = d->count;
}

static inline uint32_t hash4(const unsigned char *p)
{
	return load32(p) * 0x9e3779b1u >> (32 - HASH_BITS);
}

static inline uint32_t hash3(const unsigned char *p)
{
	return (load32(p) << 8) * 0x9e3779b1u >> (32 - HASH3_BITS);
}

/* Notes the place `at`, without a search. */
static inline void note(struct deflate *d, size_t at)
{
	uint32_t place = d->base + (uint32_t)at, h = hash4(d->buf + at);

	d->chain[place % WINDOW] = d->head[h];
	d->head[h] = place;
	d->head3[hash3(d->buf + at)] = place;
}

/* Notes the place `at` and finds the longest match there that is longer than `len`, of which it returns the length and
 * distance; else `len`. */
static inline unsigned find(struct deflate *d, size_t at, unsigned len, unsigned *distance)
{
	const unsigned char *p = d->buf + at;
	uint32_t place = d->base + (uint32_t)at, h = hash4(p), h3 = hash3(p), next = d->head[h],
		 near = d->head3[h3];
	unsigned max = d->end - at < MOST ? (unsigned)(d->end - at) : MOST,
		 nice = d->effort.nice < max ? d->effort.nice : max, tries = d->effort.chain;

	d->chain[place % WINDOW] = next;
	d->head[h] = place;
	d->head3[h3] = place;
	if (max <= len || max < LEAST)
		return len;
	if (len < LEAST && place - near - 1 < FAR3 &&
	    ((load32(p - (place - near)) ^ load32(p)) & 0xffffff) == 0) {
		len = LEAST;
		*distance = place - near;
	}
	if (len >= d->effort.good)
		tries /= 4;
	if (max < 4)
		return len;
	for (; tries > 0; tries--) {
		uint32_t away = place - next;
		const unsigned char *q = p - away;

		if (away > WINDOW - 1 || away == 0)
			break;
		if (load32(q) == load32(p) && (len < 4 || load32(q + len - 3) == load32(p + len - 3))) {
			unsigned n = match_length(p, q, 4, max);

			if (n > len) {
				len = n;
				*distance = away;
				if (n >= nice)
					break;
			}
		}
		next = d->chain[next % WINDOW];
		if (place - next <= away)
			break;
	}
	return len;
}

static inline void add_literal(struct deflate *d, unsigned char c)
{
	d->tokens[d->count++] = c;
	d->recent.literals[c]++;
}

static inline void add_match(struct deflate *d, unsigned len, unsigned distance)
{
	d->tokens[d->count++] = len | distance << 9;
	d->recent.literals[257 + d->length_code[len - LEAST]]++;
	d->recent.distances[distance_code(distance)]++;
}

/* Where the sum of the last bytes is a certain one, a block ends: a change before it changes nothing after. */
static size_t find_sync(struct deflate *d)
{
	for (; d->rolled < d->end; d->rolled++) {
		d->rolling += d->buf[d->rolled];
		if (d->rolled >= RSYNC_WINDOW)
			d->rolling -= d->buf[d->rolled - RSYNC_WINDOW];
		if (d->rolling % 4096 == 0)
			return d->rolled++;
	}
	return SIZE_MAX;
}

/* Ends blocks and parts where they are due, before the token at buf[at]. */
static inline void between_tokens(struct deflate *d, size_t at)
{
	if (d->count - d->part >= PART) {
		end_part(d);
		d->part_pos = at;
	}
	if (d->count >= TOKENS - PART / 4) {
		end_block(d, at, false);
		d->part_pos = at;
	}
	if (at > d->sync) {
		end_block(d, at, false);
		put_stored(d, d->buf + at, 0, false);
		d->part_pos = at;
		d->sync = find_sync(d);
	}
}

/* Notes the places in a match, but not those before `at`. */
static inline size_t pass(struct deflate *d, size_t at, size_t end)
{
	for (; at < end; at++)
		if (at + 4 <= d->end)
			note(d, at);
	return end;
}

/* Makes tokens of what begins before buf[stop]. A match is taken only if the next place has no longer one. */
static void run(struct deflate *d, size_t stop)
{
	size_t at = d->pos;

	while (at < stop) {
		unsigned distance = 0, len = find(d, at, LEAST - 1, &distance);

		if (len < LEAST) {
			add_literal(d, d->buf[at++]);
		} else {
			size_t searched = at;

			while (len < d->effort.lazy && at + 1 < d->end) {
				unsigned next_distance = 0, next = find(d, ++searched, len, &next_distance);

				if (next <= len)
					break;
				add_literal(d, d->buf[at++]);
				len = next;
				distance = next_distance;
			}
			add_match(d, len, distance);
			at = pass(d, searched + 1, at + len);
		}
		between_tokens(d, at);
	}
	d->pos = at;
}

/* Makes room, keeping a window and, if it is not too long, the block that is gathered. */
static void slide(struct deflate *d)
{
	size_t keep = d->pos > WINDOW ? d->pos - WINDOW : 0;

	if (d->block < keep && keep - d->block < WINDOW) {
		keep = d->block;
	} else if (d->block < keep) {
		d->block = keep;
		d->block_lost = true;
	}
	memmove(d->buf, d->buf + keep, d->end - keep);
	d->pos -= keep;
	d->end -= keep;
	d->block -= keep;
	d->part_pos = d->part_pos > keep ? d->part_pos - keep : 0;
	d->rolled -= keep;
	d->sync -= d->sync == SIZE_MAX ? 0 : keep;
	d->base += (uint32_t)keep;
}

static void filled(struct encoder *e, size_t n)
{
	struct deflate *d = (struct deflate *)e;

	d->crc = crc32(d->crc, e->room, n);
	e->total_in += n;
	d->end += n;
	if (d->rsyncable && d->sync == SIZE_MAX)
		d->sync = find_sync(d);
	if (d->end > d->pos + AHEAD)
		run(d, d->end - AHEAD);
	if (BUFFER - d->end < ROOM / 2)
		slide(d);
	e->room = d->buf + d->end;
	e->room_size = BUFFER - d->end;
}

static void end(struct encoder *e)
{
	struct deflate *d = (struct deflate *)e;

	run(d, d->end);
	end_block(d, d->end, true);
	align(d);
	store32(d->out + d->out_len, d->crc);
	store32(d->out + d->out_len + 4, (uint32_t)e->total_in);
	d->out_len += 8;
	flush_out(d);
}

static void put_gzip_header(struct deflate *d, const struct encoder_options *opt)
{
	unsigned char *p = d->out;

	memcpy(p, "\37\213\10", 3);
	p[3] = opt->name ? 8 : 0;
	store32(p + 4, opt->time);
	p[8] = opt->level == 9 ? 2 : opt->level == 1 ? 4 : 0;
	p[9] = 3;
	d->out_len = 10;
	if (opt->name)
		put_bytes(d, (const unsigned char *)opt->name, strlen(opt->name) + 1);
}

struct encoder *gzip_new(const struct encoder_options *opt, struct writer *out)
{
	struct deflate *d = arena_new(struct deflate);

	d->e = (struct encoder){ .out = out, .filled = filled, .end = end, .room_size = BUFFER };
	d->effort = efforts[opt->level ? opt->level : 6];
	d->rsyncable = opt->rsyncable;
	d->e.room = d->buf = arena_alloc(BUFFER + SOURCE_PAD);
	d->base = WINDOW + 1;
	d->head = arena_array(uint32_t, 1 << HASH_BITS);
	d->head3 = arena_array(uint32_t, 1 << HASH3_BITS);
	d->chain = arena_array(uint32_t, WINDOW);
	d->tokens = arena_array(uint32_t, TOKENS);
	d->out = arena_alloc(OUT + 1024);
	d->sync = SIZE_MAX;
	for (unsigned i = 0, code = 0; i < 256; i++) {
		if (i + LEAST >= length_base[code + 1])
			code++;
		d->length_code[i] = (uint8_t)code;
	}
	put_gzip_header(d, opt);
	return &d->e;
}
