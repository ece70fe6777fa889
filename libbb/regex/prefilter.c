/* prefilter.c - what any match contains or begins with, to find the few places that are worth a closer look
 *
 * hot: the search for where a match may begin
 */
#include <stdlib.h>
#include <string.h>
#include "memsearch.h"
#include "regex_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "cpu.h"
#endif

enum { DEPTH = 3, BUCKETS = 8, THREADS_MAX = 256 };

/* For each of the first bytes of a match, which buckets of beginnings have it there. A match begins only where one
 * bucket has all of them. */
struct prefilter {
	uint8_t has[DEPTH][256];
	uint8_t low[DEPTH][16],
		high[DEPTH][16]; /* the same by halves of the byte, which allows a little more */
	bool wide;               /* the processor has AVX2 */
};

/* Literals that follow each other in a pattern. */
struct run_of_bytes {
	char *text, *best;
	size_t len, best_len;
};

static void end_run(struct run_of_bytes *r)
{
	if (r->len > r->best_len) {
		memcpy(r->best, r->text, r->len);
		r->best_len = r->len;
	}
	r->len = 0;
}

static size_t tree_bytes(const struct node *n)
{
	size_t total = 0;

	for (; n; n = n->next)
		total += n->len + tree_bytes(n->first);
	return total;
}

/* Adds what a match of the node certainly has. */
static void gather(const struct node *n, struct run_of_bytes *r)
{
	switch (n->kind) {
	case NODE_CHAR:
		memcpy(r->text + r->len, n->text, n->len);
		r->len += n->len;
		return;
	case NODE_CAT:
		for (const struct node *k = n->first; k; k = k->next)
			gather(k, r);
		return;
	case NODE_GROUP:
	case NODE_ATOMIC:
		gather(n->first, r);
		return;
	case NODE_EMPTY:
	case NODE_ASSERT:
	case NODE_LOOK:
	case NODE_KEEP:
		return;
	case NODE_REPEAT:
		if (n->min > 0)
			gather(n->first, r);
	}
	end_run(r);
}

void find_literal(struct regex *re)
{
	size_t total = tree_bytes(re->tree);
	struct run_of_bytes r = { .len = 0 };
	const struct node *n = re->tree;

	if (total == 0)
		return;
	r.text = pool_alloc(&re->pool, total);
	r.best = pool_alloc(&re->pool, total);
	gather(n, &r);
	end_run(&r);
	if (r.best_len == 0)
		return;
	re->literal = r.best;
	re->literal_len = r.best_len;
	re->exact = n->kind == NODE_CHAR || n->kind == NODE_CAT;
	for (const struct node *k = n->first; k && re->exact; k = k->next)
		re->exact = k->kind == NODE_CHAR;
}

/* How often a byte comes in text, of a thousand. */
static unsigned weight(unsigned b)
{
	static const char common[] = " etaoinsrhldcumfpgwyb,.vk";

	for (unsigned i = 0; common[i]; i++)
		if ((unsigned char)common[i] == b)
			return 110 / (i / 3 + 1) + 10;
	return b >= 0x80 ? 2 : b >= 'a' && b <= 'z' ? 8 : 5;
}

/* Threads without those that read nothing. */
struct beginning {
	uint32_t pcs[THREADS_MAX];
	size_t count;
	bool over; /* there are too many, or a match may end here: any byte may follow */
};

static void add_beginning(const struct program *prog, struct beginning *b, uint32_t pc, int depth)
{
	for (;;) {
		const struct inst *i = &prog->code[pc];

		if (i->op == OP_MATCH || depth > 400 || b->count == THREADS_MAX) {
			b->over = true;
			return;
		}
		switch (i->op) {
		case OP_SPLIT:
			add_beginning(prog, b, i->next, depth + 1);
			pc = i->other;
			break;
		case OP_SAVE:
		case OP_ASSERT:
			pc = i->next;
			break;
		case OP_FAIL:
			return;
		default:
			for (size_t k = 0; k < b->count; k++)
				if (b->pcs[k] == pc)
					return;
			b->pcs[b->count++] = pc;
			return;
		}
		if (b->over)
			return;
	}
}

static bool is_plain(const struct inst *i)
{
	const struct set *s = i->set;

	if (i->op == OP_ANY_BYTE)
		return false;
	if (i->op != OP_SET || s->bytes || s->high == HIGH_NONE)
		return true;
	return s->high == HIGH_SOME && !s->negate && !s->classes && !s->not_classes && s->count <= 4;
}

/* Marks the bytes that the threads may read, in one bucket, and steps over them. */
static void mark(struct program *prog, struct beginning *now, struct beginning *next, uint8_t *has,
		 uint8_t bucket)
{
	next->count = 0;
	next->over = now->over;
	for (size_t i = 0; i < now->count && !next->over; i++)
		if (!is_plain(&prog->code[now->pcs[i]]) && prog->code[now->pcs[i]].op == OP_ANY_BYTE)
			next->over = now->over = true;
	for (unsigned b = 0; b < 256; b++) {
		if (now->over)
			has[b] |= bucket;
		for (size_t i = 0; i < now->count && !now->over; i++) {
			const struct inst *in = &prog->code[now->pcs[i]];
			uint32_t to;

			if (b >= 0x80 && !is_plain(in)) {
				has[b] |= bucket;
				next->over = true;
				continue;
			}
			to = program_step(prog, now->pcs[i], (uint8_t)b);
			if (to == NO_INST)
				continue;
			has[b] |= bucket;
			if (!next->over)
				add_beginning(prog, next, to, 0);
		}
	}
}

/* How many of ten thousand places get through. */
static unsigned passing(const struct prefilter *x)
{
	unsigned total = 0;

	for (unsigned bucket = 1; bucket < 1 << BUCKETS; bucket <<= 1) {
		uint64_t share = 10000;

		for (int d = 0; d < DEPTH; d++) {
			unsigned sum = 0;

			for (unsigned b = 0; b < 256; b++)
				if (x->has[d][b] & bucket)
					sum += weight(b);
			share = share * (sum < 1000 ? sum : 1000) / 1000;
		}
		total += (unsigned)share;
	}
	return total;
}

void prefix_free(struct prefilter *x)
{
	free(x);
}

void find_prefix(struct regex *re)
{
	struct program *prog = &re->forward;
	struct beginning *all = memory_resize(NULL, 3 * sizeof *all), *now = all + 1, *next = all + 2;
	struct prefilter *x;

	all->count = 0;
	all->over = false;
	add_beginning(prog, all, prog->start, 0);
	if (all->over || all->count == 0 || all->count > 64) {
		free(all);
		return;
	}
	x = memory_resize(NULL, sizeof *x);
	*x = (struct prefilter){ 0 };
	for (size_t i = 0; i < all->count; i++) {
		uint8_t bucket = (uint8_t)(1u << i * BUCKETS / all->count);

		if (all->count <= BUCKETS)
			bucket = (uint8_t)(1u << i);
		now->pcs[0] = all->pcs[i];
		now->count = 1;
		now->over = false;
		for (int d = 0; d < DEPTH; d++) {
			struct beginning *swap = now;

			mark(prog, now, next, x->has[d], bucket);
			now = next;
			next = swap;
		}
	}
	free(all);
	re->first_known = true;
	for (unsigned b = 0; b < 256; b++)
		if (x->has[0][b])
			re->first[b / 32] |= 1u << b % 32;
	if (passing(x) > 300 || re->literal_len > 1) {
		free(x);
		return;
	}
	for (int d = 0; d < DEPTH; d++)
		for (unsigned b = 0; b < 256; b++) {
			x->low[d][b & 15] |= x->has[d][b];
			x->high[d][b >> 4] |= x->has[d][b];
		}
#if defined(__x86_64__)
	x->wide = cpu_features() & CPU_AVX2;
#endif
	re->prefix = x;
}

static bool begins(const struct prefilter *x, const uint8_t *p)
{
	return x->has[0][p[0]] & x->has[1][p[1]] & x->has[2][p[2]];
}

#if defined(__x86_64__)
/* The buckets of 32 places, by one of their bytes. */
__attribute__((target("avx2"))) static inline __m256i buckets(const uint8_t *p, __m256i low, __m256i high)
{
	__m256i x = _mm256_loadu_si256((const __m256i *)p), half = _mm256_set1_epi8(15);
	__m256i l = _mm256_shuffle_epi8(low, _mm256_and_si256(x, half));
	__m256i h = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(x, 4), half));

	return _mm256_and_si256(l, h);
}

__attribute__((target("avx2"))) static inline __m256i table(const uint8_t half[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)half));
}

/* Looks 32 places at a time; returns the first that passes, or where it stopped, near the end. */
__attribute__((target("avx2"))) static const uint8_t *skip_wide(const struct prefilter *x, const uint8_t *p,
								const uint8_t *end)
{
	__m256i l0 = table(x->low[0]), l1 = table(x->low[1]), l2 = table(x->low[2]);
	__m256i h0 = table(x->high[0]), h1 = table(x->high[1]), h2 = table(x->high[2]);

	for (; end - p >= 32 + DEPTH; p += 32) {
		__m256i m = _mm256_and_si256(
			buckets(p, l0, h0), _mm256_and_si256(buckets(p + 1, l1, h1), buckets(p + 2, l2, h2)));
		unsigned places = ~(unsigned)_mm256_movemask_epi8(
			_mm256_cmpeq_epi8(m, _mm256_setzero_si256()));

		for (; places; places &= places - 1)
			if (begins(x, p + __builtin_ctz(places)))
				return p + __builtin_ctz(places);
	}
	return p;
}
#endif

const uint8_t *prefix_next(const struct prefilter *x, const uint8_t *p, const uint8_t *end)
{
#if defined(__x86_64__)
	if (x->wide && end - p >= 32 + DEPTH) {
		p = skip_wide(x, p, end);
		if (end - p >= DEPTH && begins(x, p))
			return p;
	}
#endif
	for (; end - p >= DEPTH; p++)
		if (begins(x, p))
			return p;
	for (; p < end; p++)
		if (x->has[0][*p])
			return p;
	return NULL;
}
