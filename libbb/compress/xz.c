/* xz.c - an encoder of .xz, .lzma and raw LZMA streams
 *
 * hot: what xz does
 *
 * Matches are found through chains of places with the same hash of four bytes, and one place for each hash of two and of three. A
 * match is taken if the next place has no better one; repetitions of one of the last four distances are preferred.
 */
#include "arena.h"
#include "lzma.h"

enum {
	ROOM = 262144,
	AHEAD = LZMA_MOST + 8,
	HASH2_BITS = 16,
	HASH3_BITS = 16,
	CHUNK_PACKED = 65536,
	CHUNK_MARGIN = 64, /* what a symbol may take, with what the range coder holds back */
	CHUNK_MOST = 1 << 21,
	KEEP = 3 * ROOM, /* behind: a chunk that is written as it is */
	TAIL = 32,
};

/* What is tried at a level: the dictionary's size is 2 to `dictionary`. */
static const struct {
	uint8_t dictionary, lazy;
	uint16_t depth, nice;
} levels[10] = { { 18, 0, 3, 128 },  { 20, 0, 8, 273 },  { 21, 0, 16, 273 }, { 22, 1, 8, 273 },
		 { 22, 1, 12, 273 }, { 23, 1, 16, 273 }, { 23, 1, 24, 273 }, { 24, 1, 32, 273 },
		 { 25, 1, 40, 273 }, { 26, 1, 48, 273 } };

struct lzma_encoder {
	struct xz_step options;
	unsigned char *buf;
	size_t size, pos, end; /* of the buffer; what is not looked at yet */
	uint32_t base;         /* the place that buf[0] has in the tables */
	uint32_t window, mask;
	uint32_t *head, *head2, *head3, *chain;
	unsigned hash_bits;
	uint64_t total; /* position in the stream */
	unsigned state;
	uint32_t repeats[LZMA_REPEATS];
	struct lzma_model model;
	uint16_t literals[LZMA_CONTEXTS * LZMA_LITERALS];
	uint64_t low;
	uint32_t range;
	unsigned char cache;
	uint64_t held; /* bytes that a carry may still change, with the cache */
	unsigned char out[CHUNK_PACKED + CHUNK_MARGIN + AHEAD];
	size_t out_len;
};

struct xz {
	struct encoder e;
	enum format format;
	struct xz_chain chain;
	struct lzma_encoder *lzma;
	enum xz_check kind;
	struct xz_checker check;
	struct xz_filter_state filters[3];
	unsigned char *raw[3]; /* what each filter could not do yet */
	size_t raw_len[3];
	unsigned char *room;
	bool in_block;
	bool need_dictionary, need_properties, need_state;
	size_t chunk; /* where the chunk begins in the encoder's buffer */
	uint64_t block_size, block_in, block_out;
	struct buf_list {
		uint64_t *sizes; /* of blocks: packed, unpacked */
		size_t count, room;
	} blocks;
};

/* The range coder, for which a byte has to wait while a carry may still come. */
static void shift_low(struct lzma_encoder *z)
{
	if ((uint32_t)z->low < 0xff000000 || z->low >> 32) {
		unsigned char carry = (unsigned char)(z->low >> 32), byte = z->cache;

		for (; z->held > 0; z->held--) {
			z->out[z->out_len++] = (unsigned char)(byte + carry);
			byte = 0xff;
		}
		z->cache = (unsigned char)(z->low >> 24);
	}
	z->held++;
	z->low = (z->low & 0xffffff) << 8;
}

static inline void put_bit(struct lzma_encoder *z, uint16_t *probability, unsigned bit)
{
	uint32_t p = *probability, bound = (z->range >> 11) * p;

	if (bit) {
		z->low += bound;
		z->range -= bound;
		*probability = (uint16_t)(p - (p >> 5));
	} else {
		z->range = bound;
		*probability = (uint16_t)(p + ((2048 - p) >> 5));
	}
	if (z->range < 1u << 24) {
		z->range <<= 8;
		shift_low(z);
	}
}

static void put_tree(struct lzma_encoder *z, uint16_t *probabilities, unsigned bits, unsigned value)
{
	for (unsigned symbol = 1; bits-- > 0;) {
		unsigned bit = value >> bits & 1;

		put_bit(z, probabilities + symbol, bit);
		symbol = symbol << 1 | bit;
	}
}

static void put_reverse(struct lzma_encoder *z, uint16_t *probabilities, unsigned bits, unsigned value)
{
	for (unsigned symbol = 1; bits-- > 0; value >>= 1) {
		put_bit(z, probabilities + symbol, value & 1);
		symbol = symbol << 1 | (value & 1);
	}
}

static void put_direct(struct lzma_encoder *z, unsigned bits, uint32_t value)
{
	while (bits-- > 0) {
		z->range >>= 1;
		if (value >> bits & 1)
			z->low += z->range;
		if (z->range < 1u << 24) {
			z->range <<= 8;
			shift_low(z);
		}
	}
}

static void put_length(struct lzma_encoder *z, struct lzma_lengths *l, unsigned length, unsigned position)
{
	length -= LZMA_LEAST;
	put_bit(z, &l->choice[0], length >= 8);
	if (length < 8) {
		put_tree(z, l->low[position], 3, length);
		return;
	}
	put_bit(z, &l->choice[1], length >= 16);
	if (length < 16)
		put_tree(z, l->middle[position], 3, length - 8);
	else
		put_tree(z, l->high, 8, length - 16);
}

static void put_distance(struct lzma_encoder *z, uint32_t distance, unsigned length)
{
	struct lzma_model *m = &z->model;
	unsigned bits = distance < 4 ? 0 : high_bit(distance) - 1,
		 slot = distance < 4 ? distance : 2 * bits + 2 + (distance >> bits & 1);
	uint32_t base;

	put_tree(z, m->slots[length < 6 ? length - 2 : 3], 6, slot);
	if (slot < 4)
		return;
	base = (2 | (slot & 1)) << bits;
	if (slot < 14) {
		put_reverse(z, m->distances + base - slot, bits, distance - base);
	} else {
		put_direct(z, bits - 4, (distance - base) >> 4);
		put_reverse(z, m->aligned, 4, distance & 15);
	}
}

static unsigned position_of(const struct lzma_encoder *z)
{
	return (unsigned)z->total & ((1u << z->options.pb) - 1);
}

static void put_literal(struct lzma_encoder *z, size_t at)
{
	unsigned before = at > 0 && z->total > 0 ? z->buf[at - 1] : 0, c = z->buf[at], symbol = 1;
	unsigned context = ((unsigned)z->total & ((1u << z->options.lp) - 1)) << z->options.lc |
			   before >> (8 - z->options.lc);
	uint16_t *p = z->literals + (size_t)LZMA_LITERALS * context;

	put_bit(z, &z->model.match[z->state][position_of(z)], 0);
	if (z->state < 7) {
		put_tree(z, p, 8, c);
	} else {
		unsigned match = z->buf[at - z->repeats[0] - 1], offset = 0x100;

		for (unsigned bit = 8; bit-- > 0;) {
			unsigned match_bit, value = c >> bit & 1;

			match <<= 1;
			match_bit = match & offset;
			put_bit(z, p + offset + match_bit + symbol, value);
			symbol = symbol << 1 | value;
			offset &= value ? match_bit : ~match_bit;
		}
	}
	z->state = lzma_after_literal(z->state);
	z->total++;
}

static void put_match(struct lzma_encoder *z, uint32_t distance, unsigned length)
{
	unsigned position = position_of(z);

	put_bit(z, &z->model.match[z->state][position], 1);
	put_bit(z, &z->model.repeat[z->state], 0);
	put_length(z, &z->model.lengths, length, position);
	put_distance(z, distance, length);
	memmove(z->repeats + 1, z->repeats, 3 * sizeof(*z->repeats));
	z->repeats[0] = distance;
	z->state = z->state < 7 ? 7 : 10;
	z->total += length;
}

/* A match at one of the last distances; of length 1 only at the last. */
static void put_repeat(struct lzma_encoder *z, unsigned which, unsigned length)
{
	unsigned position = position_of(z), state = z->state;
	uint32_t distance = z->repeats[which];

	put_bit(z, &z->model.match[state][position], 1);
	put_bit(z, &z->model.repeat[state], 1);
	put_bit(z, &z->model.repeat0[state], which > 0);
	if (which == 0) {
		put_bit(z, &z->model.repeat0_long[state][position], length > 1);
	} else {
		put_bit(z, &z->model.repeat1[state], which > 1);
		if (which > 1)
			put_bit(z, &z->model.repeat2[state], which > 2);
	}
	for (; which > 0; which--)
		z->repeats[which] = z->repeats[which - 1];
	z->repeats[0] = distance;
	if (length > 1)
		put_length(z, &z->model.repeat_lengths, length, position);
	z->state = length == 1 ? (state < 7 ? 9 : 11) : state < 7 ? 8 : 11;
	z->total += length;
}

static void begin_range(struct lzma_encoder *z)
{
	z->low = 0;
	z->range = UINT32_MAX;
	z->cache = 0;
	z->held = 1;
	z->out_len = 0;
}

static void reset_state(struct lzma_encoder *z)
{
	lzma_even((uint16_t *)&z->model, sizeof(z->model) / 2);
	lzma_even(z->literals, sizeof(z->literals) / 2);
	memset(z->repeats, 0, sizeof(z->repeats));
	z->state = 0;
}

static inline uint32_t hash_of(uint32_t x, unsigned bits)
{
	return x * 0x9e3779b1u >> (32 - bits);
}

/* Notes the place `at`. */
static inline void note(struct lzma_encoder *z, size_t at)
{
	uint32_t word = load32(z->buf + at), place = z->base + (uint32_t)at, h = hash_of(word, z->hash_bits);

	z->head2[word & 0xffff] = place;
	z->head3[hash_of(word << 8, HASH3_BITS)] = place;
	z->chain[place & z->mask] = z->head[h];
	z->head[h] = place;
}

/* Whether a match this long so far away is worth more than literals. */
static bool worthwhile(unsigned length, uint32_t away)
{
	return length > 3 || (length == 3 ? away < 1 << 14 : away < 1 << 7);
}

/* Notes the place and finds the longest match there. Returns its length, 0 if there is none, and how far away it is. */
static inline unsigned find(struct lzma_encoder *z, size_t at, uint32_t *distance)
{
	const unsigned char *p = z->buf + at;
	uint32_t word = load32(p), place = z->base + (uint32_t)at,
		 next = z->head[hash_of(word, z->hash_bits)], away;
	unsigned max = z->end - at < LZMA_MOST ? (unsigned)(z->end - at) : LZMA_MOST, best = 0,
		 nice = z->options.nice < max ? z->options.nice : max;
	uint32_t near2 = place - z->head2[word & 0xffff],
		 near3 = place - z->head3[hash_of(word << 8, HASH3_BITS)];
	/* places are told modulo 4 GiB: what an old one is taken for may lie before the buffer */
	uint32_t reach = at < z->window ? (uint32_t)at : z->window;

	note(z, at);
	if (max < 4)
		return 0;
	if (near2 - 1 < reach && worthwhile(2, near2) && ((load32(p - near2) ^ word) & 0xffff) == 0) {
		best = match_length(p - near2, p, 2, max);
		*distance = near2;
	}
	if (near3 - 1 < reach && worthwhile(3, near3) && ((load32(p - near3) ^ word) & 0xffffff) == 0) {
		unsigned n = match_length(p - near3, p, 3, max);

		if (n > best) {
			best = n;
			*distance = near3;
		}
	}
	if (best >= nice)
		return best;
	away = place - next;
	for (unsigned tries = z->options.depth; tries > 0 && away - 1 < reach; tries--) {
		const unsigned char *q = p - away;
		uint32_t farther;

		if (load32(q) == word && (best < 4 || load32(q + best - 3) == load32(p + best - 3))) {
			unsigned n = match_length(q, p, 4, max);

			if (n > best && (n > best + 1 || best < 3 || away / 128 < *distance)) {
				best = n;
				*distance = away;
				if (n >= nice)
					break;
			}
		}
		farther = place - z->chain[(place - away) & z->mask];
		if (farther <= away)
			break;
		away = farther;
	}
	return best;
}

/* The longest repetition of one of the last distances. */
static inline unsigned find_repeat(const struct lzma_encoder *z, size_t at, unsigned *which)
{
	const unsigned char *p = z->buf + at;
	unsigned max = z->end - at < LZMA_MOST ? (unsigned)(z->end - at) : LZMA_MOST, best = 0;
	uint32_t word = load32(p);

	if (max < 2)
		return 0;
	for (unsigned i = 0; i < LZMA_REPEATS; i++) {
		uint32_t away = z->repeats[i] + 1;

		if (away <= at && away <= z->total && away <= z->window &&
		    ((load32(p - away) ^ word) & 0xffff) == 0) {
			unsigned n = match_length(p - away, p, 2, max);

			if (n > best) {
				best = n;
				*which = i;
			}
		}
	}
	return best;
}

/* Whether a repetition is better than a match of another distance. */
static bool prefer_repeat(unsigned repeat, unsigned length, uint32_t away)
{
	return repeat >= 2 && (repeat + 1 >= length || (repeat + 2 >= length && away > 1 << 9) ||
			       (repeat + 3 >= length && away > 1 << 15));
}

/* A match that was found: `which` is LZMA_REPEATS for a new distance. */
struct match {
	unsigned length, which;
	uint32_t away;
};

static inline struct match find_best(struct lzma_encoder *z, size_t at)
{
	struct match m = { .which = LZMA_REPEATS };
	unsigned which = 0, repeat = find_repeat(z, at, &which);

	m.length = find(z, at, &m.away);
	if (m.length < 2 || prefer_repeat(repeat, m.length, m.away)) {
		m.length = repeat;
		m.which = which;
	}
	return m;
}

/* Whether a match at the next place is so much better that a literal should come before it. */
static bool better(const struct match *next, const struct match *now)
{
	unsigned gain = next->length + (next->which < LZMA_REPEATS) * 2,
		 have = now->length + (now->which < LZMA_REPEATS) * 2;

	if (next->which == LZMA_REPEATS && now->which == LZMA_REPEATS && next->away / 128 > now->away)
		have++;
	return gain > have;
}

/* Writes symbols for what begins before buf[stop], while the chunk has room. */
static void encode(struct lzma_encoder *z, size_t stop, size_t limit)
{
	bool lazy = !z->options.fast;
	struct match now, next = { 0 };
	bool have_next = false;

	while (z->pos < stop && z->out_len + z->held < limit) {
		size_t at = z->pos;

		now = have_next ? next : find_best(z, at);
		have_next = false;
		if (now.length >= 2 && lazy && now.length < z->options.nice && at + 1 < stop) {
			next = find_best(z, at + 1);
			have_next = true;
			if (better(&next, &now))
				now.length = 0;
		}
		if (now.length < 2) {
			if (z->repeats[0] < at && z->repeats[0] < z->total &&
			    z->buf[at] == z->buf[at - z->repeats[0] - 1] && z->state >= 7 && !have_next)
				put_repeat(z, 0, 1);
			else
				put_literal(z, at);
			z->pos++;
			continue;
		}
		for (size_t i = at + 1 + have_next; i < at + now.length && i + 4 <= z->end; i++)
			note(z, i);
		have_next = false;
		z->pos += now.length;
		if (now.which < LZMA_REPEATS)
			put_repeat(z, now.which, now.length);
		else
			put_match(z, now.away - 1, now.length);
	}
	if (have_next) /* that place was noted; it must not come twice in its chain */
		put_literal(z, z->pos++);
}

static void emit(struct xz *z, const void *p, size_t n)
{
	writer_mem(z->e.out, p, n);
	z->e.total_out += n;
	z->block_out += n;
}

/* Writes what is in the chunk as it is. */
static void put_raw(struct xz *z, const unsigned char *p, size_t n)
{
	while (n > 0) {
		size_t part = n < 65536 ? n : 65536;
		unsigned char header[3] = { z->need_dictionary ? 1 : 2, (unsigned char)((part - 1) >> 8),
					    (unsigned char)(part - 1) };

		emit(z, header, 3);
		emit(z, p, part);
		z->need_dictionary = false;
		p += part;
		n -= part;
	}
	z->need_state = true;
	reset_state(z->lzma);
}

/* Ends a chunk of LZMA2. */
static void put_chunk(struct xz *z)
{
	struct lzma_encoder *l = z->lzma;
	size_t n = l->pos - z->chunk, packed;
	unsigned char header[6];

	if (n == 0)
		return;
	for (int i = 0; i < 5; i++)
		shift_low(l);
	packed = l->out_len;
	if (packed >= n) {
		put_raw(z, l->buf + z->chunk, n);
	} else {
		unsigned reset = z->need_dictionary ? 3 : z->need_properties ? 2 : z->need_state ? 1 : 0;

		header[0] = (unsigned char)(0x80 | reset << 5 | (n - 1) >> 16);
		header[1] = (unsigned char)((n - 1) >> 8);
		header[2] = (unsigned char)(n - 1);
		header[3] = (unsigned char)((packed - 1) >> 8);
		header[4] = (unsigned char)(packed - 1);
		header[5] = (unsigned char)(l->options.lc + 9 * (l->options.lp + 5 * l->options.pb));
		emit(z, header, reset >= 2 ? 6 : 5);
		emit(z, l->out, packed);
		z->need_dictionary = z->need_properties = z->need_state = false;
	}
	z->chunk = l->pos;
	begin_range(l);
}

/* Makes room, keeping what matches may reach. */
static void slide(struct xz *z)
{
	struct lzma_encoder *l = z->lzma;
	size_t behind = l->window > KEEP ? l->window : KEEP, keep;

	if (l->size - l->end >= ROOM + TAIL)
		return;
	keep = l->pos > behind ? l->pos - behind : 0;
	memmove(l->buf, l->buf + keep, l->end - keep);
	l->pos -= keep;
	l->end -= keep;
	z->chunk -= keep;
	l->base += (uint32_t)keep;
}

/* Encodes what is in the buffer, all of it or up to where more could make a difference. */
static void work(struct xz *z, bool all)
{
	struct lzma_encoder *l = z->lzma;
	size_t stop = all ? l->end : l->end > AHEAD ? l->end - AHEAD : 0;

	while (l->pos < stop) {
		if (z->chain.steps[z->chain.count - 1].kind == XZ_LZMA2) {
			size_t most = z->chunk + CHUNK_MOST - LZMA_MOST - 2;

			/* a chunk that does not get smaller must end before it leaves the buffer */
			encode(l, stop < most ? stop : most, CHUNK_PACKED - CHUNK_MARGIN);
			if (l->pos >= most || l->out_len + l->held >= CHUNK_PACKED - CHUNK_MARGIN ||
			    l->pos - z->chunk > ROOM)
				put_chunk(z);
		} else {
			encode(l, stop, CHUNK_PACKED - CHUNK_MARGIN);
			emit(z, l->out, l->out_len);
			l->out_len = 0;
		}
	}
	if (all && z->chain.steps[z->chain.count - 1].kind == XZ_LZMA2)
		put_chunk(z);
}

/* Gives bytes to the filters from `i` on; those behind them, to the encoder. */
static void feed(struct xz *z, unsigned i, const unsigned char *p, size_t n)
{
	struct lzma_encoder *l = z->lzma;

	while (n > 0) {
		size_t part, room = ROOM;

		if (i + 1 < z->chain.count) {
			size_t done;

			part = n < room - z->raw_len[i] ? n : room - z->raw_len[i];
			memcpy(z->raw[i] + z->raw_len[i], p, part);
			z->raw_len[i] += part;
			done = xz_filter_run(&z->filters[i], z->raw[i], z->raw_len[i]);
			feed(z, i + 1, z->raw[i], done);
			z->raw_len[i] -= done;
			memmove(z->raw[i], z->raw[i] + done, z->raw_len[i]);
		} else {
			slide(z);
			part = n < room ? n : room;
			memcpy(l->buf + l->end, p, part);
			l->end += part;
			work(z, false);
		}
		p += part;
		n -= part;
	}
}

static size_t put_number(unsigned char *p, uint64_t value)
{
	size_t n = 0;

	for (; value >= 128; value >>= 7)
		p[n++] = (unsigned char)(value | 128);
	p[n++] = (unsigned char)value;
	return n;
}

/* The number of the smallest dictionary in a header that is not smaller. */
static unsigned dictionary_bits(uint32_t size)
{
	unsigned bits = 0;
	uint32_t there;

	while (bits < 40 && xz_dictionary(bits, &there) && there < size)
		bits++;
	return bits;
}

static void put_block_header(struct xz *z)
{
	unsigned char header[64 + 4] = { 0 };
	size_t n = 2;

	header[1] = (unsigned char)(z->chain.count - 1);
	for (unsigned i = 0; i < z->chain.count; i++) {
		const struct xz_step *s = &z->chain.steps[i];

		header[n++] = (unsigned char)s->kind;
		if (s->kind == XZ_LZMA2 || s->kind == XZ_DELTA) {
			header[n++] = 1;
			header[n++] = (unsigned char)(s->kind == XZ_DELTA ? s->value - 1
									  : dictionary_bits(s->value));
		} else if (s->value == 0) {
			header[n++] = 0;
		} else {
			header[n++] = 4;
			store32(header + n, s->value);
			n += 4;
		}
	}
	n = (n + 3) & ~(size_t)3;
	header[0] = (unsigned char)(n / 4);
	store32(header + n, crc32(0, header, n));
	emit(z, header, n + 4);
}

static void begin_data(struct xz *z)
{
	struct lzma_encoder *l = z->lzma;

	for (unsigned i = 0; i + 1 < z->chain.count; i++) {
		const struct xz_step *s = &z->chain.steps[i];

		z->filters[i] = (struct xz_filter_state){
			.kind = s->kind, .encode = true, .position = s->value, .distance = s->value
		};
		z->raw_len[i] = 0;
	}
	l->base += (uint32_t)l->end + l->window + 1; /* nothing before is found */
	l->pos = l->end = z->chunk = 0;
	l->total = 0;
	reset_state(l);
	begin_range(l);
	z->need_dictionary = z->need_properties = z->need_state = true;
}

static void begin_block(struct xz *z)
{
	z->block_out = z->block_in = 0;
	z->in_block = true;
	if (z->format == FORMAT_XZ) {
		put_block_header(z);
		xz_check_begin(&z->check, z->kind);
	}
	begin_data(z);
}

/* Encodes what is left. */
static void end_data(struct xz *z)
{
	struct lzma_encoder *l = z->lzma;

	for (unsigned i = 0; i + 1 < z->chain.count; i++) {
		size_t n = z->raw_len[i];

		z->raw_len[i] = 0;
		feed(z, i + 1, z->raw[i], n);
	}
	work(z, true);
	if (z->chain.steps[z->chain.count - 1].kind == XZ_LZMA2) {
		emit(z, "", 1);
		return;
	}
	put_match(l, UINT32_MAX, LZMA_LEAST); /* the mark */
	for (int i = 0; i < 5; i++)
		shift_low(l);
	emit(z, l->out, l->out_len);
}

static void end_block(struct xz *z)
{
	unsigned char check[64] = { 0 };
	unsigned size = xz_check_size(z->kind);

	end_data(z);
	z->in_block = false;
	if (z->format != FORMAT_XZ)
		return;
	z->blocks.sizes = arena_reserve(z->blocks.sizes, z->blocks.count + 1, &z->blocks.room,
					sizeof(*z->blocks.sizes));
	z->blocks.sizes[z->blocks.count++] = z->block_out + size;
	z->blocks.sizes[z->blocks.count++] = z->block_in;
	emit(z, check, -z->block_out & 3);
	xz_check_end(&z->check, check);
	emit(z, check, size);
}

static void filled(struct encoder *e, size_t n)
{
	struct xz *z = (struct xz *)e;
	const unsigned char *p = e->room;

	e->total_in += n;
	while (n > 0) {
		size_t part = n;

		if (!z->in_block)
			begin_block(z);
		if (z->block_size && part > z->block_size - z->block_in)
			part = (size_t)(z->block_size - z->block_in);
		if (z->format == FORMAT_XZ)
			xz_check_add(&z->check, p, part);
		feed(z, 0, p, part);
		z->block_in += part;
		p += part;
		n -= part;
		if (z->block_size && z->block_in == z->block_size)
			end_block(z);
	}
}

static void put_stream_flags(struct xz *z, unsigned char *to)
{
	to[0] = 0;
	to[1] = (unsigned char)z->kind;
}

/* Writes the index and the footer. */
static void end(struct encoder *e)
{
	struct xz *z = (struct xz *)e;
	unsigned char bytes[24] = { 0 };
	uint32_t crc;
	uint64_t size;
	size_t n;

	if (z->format != FORMAT_XZ) {
		if (!z->in_block)
			begin_block(z);
		end_block(z);
		return;
	}
	if (z->in_block)
		end_block(z);
	n = 1 + put_number(bytes + 1, z->blocks.count / 2);
	size = n;
	crc = crc32(0, bytes, n);
	emit(z, bytes, n);
	for (size_t i = 0; i < z->blocks.count; i++) {
		n = put_number(bytes, z->blocks.sizes[i]);
		size += n;
		crc = crc32(crc, bytes, n);
		emit(z, bytes, n);
	}
	memset(bytes, 0, 4);
	n = -size & 3;
	crc = crc32(crc, bytes, n);
	emit(z, bytes, n);
	store32(bytes, crc);
	emit(z, bytes, 4);
	store32(bytes + 4, (uint32_t)((size + n) / 4));
	put_stream_flags(z, bytes + 8);
	store32(bytes, crc32(0, bytes + 4, 6));
	memcpy(bytes + 10, "YZ", 2);
	emit(z, bytes, 12);
}

void xz_preset(struct xz_step *s, unsigned level, bool extreme)
{
	*s = (struct xz_step){ .kind = XZ_LZMA2,
			       .value = 1u << levels[level].dictionary,
			       .lc = 3,
			       .pb = 2,
			       .nice = levels[level].nice,
			       .depth = levels[level].depth * (extreme ? 4u : 1u),
			       .fast = !levels[level].lazy && !extreme };
}

static struct lzma_encoder *encoder_for(const struct xz_step *s)
{
	struct lzma_encoder *l = arena_new(struct lzma_encoder);
	uint32_t behind = s->value > KEEP ? s->value : KEEP;

	l->options = *s;
	l->options.depth = s->depth ? s->depth : 64;
	l->window = s->value;
	l->hash_bits = high_bit(s->value) - 1;
	l->hash_bits = l->hash_bits > 22 ? 22 : l->hash_bits < 12 ? 12 : l->hash_bits;
	l->mask = (1u << (high_bit(s->value - 1) + 1)) - 1;
	l->size = (size_t)behind + behind / 2 + 4 * ROOM;
	l->buf = (unsigned char *)arena_alloc(l->size + SOURCE_PAD + 16) + 16;
	l->head = arena_array(uint32_t, (size_t)1 << l->hash_bits);
	l->head2 = arena_array(uint32_t, 1 << HASH2_BITS);
	l->head3 = arena_array(uint32_t, 1 << HASH3_BITS);
	l->chain = arena_array(uint32_t, (size_t)l->mask + 1);
	return l;
}

struct encoder *xz_new(const struct encoder_options *opt, struct writer *out)
{
	struct xz *z = arena_new(struct xz);
	unsigned char header[13] = "\3757zXZ";
	const struct xz_step *last;

	z->e = (struct encoder){ .out = out, .filled = filled, .end = end, .room_size = ROOM };
	z->e.room = arena_alloc(ROOM);
	z->format = opt->format;
	z->kind = opt->check;
	z->block_size = opt->block_size;
	if (opt->chain) {
		z->chain = *opt->chain;
	} else {
		z->chain.count = 1;
		xz_preset(&z->chain.steps[0], opt->level ? (unsigned)opt->level : 6, false);
	}
	last = &z->chain.steps[z->chain.count - 1];
	z->lzma = encoder_for(last);
	for (unsigned i = 0; i + 1 < z->chain.count; i++)
		z->raw[i] = arena_alloc(ROOM);
	if (z->format == FORMAT_XZ) {
		put_stream_flags(z, header + 6);
		store32(header + 8, crc32(0, header + 6, 2));
		emit(z, header, 12);
	} else if (z->format == FORMAT_LZMA) {
		header[0] = (unsigned char)(last->lc + 9 * (last->lp + 5 * last->pb));
		store32(header + 1, last->value);
		memset(header + 5, 255, 8);
		emit(z, header, 13);
	}
	return &z->e;
}
