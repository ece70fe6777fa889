/* dfa.c - the lazily built automaton
 *
 * A state is a list of the threads of a program that have come to the same place, and what is known of the character
 * before. To find the leftmost match the threads are in groups, those that began further left first, and when a
 * group has a match the groups behind it are dropped. A state tells of a match one byte late, when it is known
 * what follows. States are made when they are first needed and forgotten when there are too many.
 *
 * hot: every byte that grep, sed and awk look at goes through here
 */
#include <stdlib.h>
#include <string.h>
#include "memsearch.h"
#include "regex_internal.h"
#include "utf8.h"

enum {
	CACHE_MAX = 6 << 20, /* bytes */
	EDGES = 4,           /* what may be where the text ends: nothing, a newline, a word, something else */
	GROUP_END = -2,      /* separates groups of threads */
};

#define SPECIAL 0x80000000u /* of a transition: the state has to be looked at */
#define UNKNOWN 0xffffffffu

enum state_flags {
	MATCHED = 1, /* before the byte that led here a match ended */
	FOUND = 2,   /* a match has been found: nothing begins any more */
	DEAD = 4,
	QUIT = 8,   /* it cannot tell */
	START = 16, /* only beginnings: prefix_next() can tell where to go on */
	AHEAD = 32, /* a thread waits for what is next */
};

struct state {
	uint32_t *items;
	uint32_t count, hash;
	uint16_t flags;
	uint16_t before; /* the context on the side that is known */
	uint32_t same;   /* next state of the same hash + 1 */
};

struct dfa {
	struct regex *re;
	struct program *prog;
	enum dfa_kind kind;
	int delimiter;
	bool lines;
	unsigned known; /* what of the context matters */
	size_t stride;
	uint32_t *trans;
	struct state *states;
	size_t count, size, trans_size, memory;
	uint32_t *table; /* by hash: state + 1 */
	size_t table_size;
	uint32_t start[EDGES];
	uint32_t *list; /* a state being made */
	size_t list_count, list_size;
	uint32_t *seen, *seen_at; /* threads in it */
	size_t seen_count, seen_size;
	uint32_t *stack;
	size_t stack_size;
	uint32_t *resolved;
	size_t resolved_size;
};

static const uint16_t edge_before[EDGES] = { BEFORE_TEXT, BEFORE_NEWLINE, BEFORE_WORD, 0 };
static const uint16_t edge_after[EDGES] = { AFTER_TEXT, AFTER_NEWLINE | AFTER_LAST_NEWLINE, AFTER_WORD, 0 };

struct dfa *dfa_new(struct regex *re, enum dfa_kind kind, int delimiter)
{
	struct dfa *d = memory_resize(NULL, sizeof *d);

	*d = (struct dfa){ .re = re, .kind = kind, .delimiter = delimiter };
	d->prog = kind == DFA_BACKWARD ? &re->backward : &re->forward;
	d->lines = re->needs & NEEDS_LINES;
	d->known = kind == DFA_BACKWARD ? AFTER_TEXT : BEFORE_TEXT;
	if (re->needs & NEEDS_LINES)
		d->known |= kind == DFA_BACKWARD ? AFTER_NEWLINE : BEFORE_NEWLINE;
	if (re->needs & NEEDS_LAST_LINE && kind == DFA_BACKWARD)
		d->known |= AFTER_NEWLINE | AFTER_LAST_NEWLINE;
	if (re->needs & NEEDS_WORD)
		d->known |= kind == DFA_BACKWARD ? AFTER_WORD : BEFORE_WORD;
	d->stride = re->classes_count + EDGES;
	memset(d->start, 0xff, sizeof d->start);
	return d;
}

static void forget(struct dfa *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->states[i].items);
	d->count = 0;
	d->memory = 0;
	if (d->table)
		memset(d->table, 0, d->table_size * sizeof *d->table);
	memset(d->start, 0xff, sizeof d->start);
}

void dfa_free(struct dfa *d)
{
	if (!d)
		return;
	forget(d);
	free(d->trans);
	free(d->states);
	free(d->table);
	free(d->list);
	free(d->seen);
	free(d->seen_at);
	free(d->stack);
	free(d->resolved);
	free(d);
}

static void list_put(struct dfa *d, uint32_t item)
{
	d->list = memory_reserve(d->list, d->list_count, &d->list_size, sizeof *d->list);
	d->list[d->list_count++] = item;
}

/* Notes a thread as seen; returns whether it was already. */
static bool see(struct dfa *d, uint32_t pc)
{
	if (pc >= d->seen_size) {
		size_t size = d->prog->count + d->prog->count / 2 + 16;

		d->seen = memory_resize(d->seen, size * sizeof *d->seen);
		d->seen_at = memory_resize(d->seen_at, size * sizeof *d->seen_at);
		memset(d->seen_at + d->seen_size, 0, (size - d->seen_size) * sizeof *d->seen_at);
		d->seen_size = size;
	}
	if (d->seen_at[pc] < d->seen_count && d->seen[d->seen_at[pc]] == pc)
		return true;
	d->seen_at[pc] = (uint32_t)d->seen_count;
	d->seen[d->seen_count++] = pc;
	return false;
}

/* Adds all threads that `pc` leads to without reading; those that wait for a condition stay unless all is known. */
static void follow(struct dfa *d, uint32_t pc, unsigned context, bool all_known)
{
	size_t depth = 0;

	for (;;) {
		const struct inst *i;

		while (!see(d, pc)) {
			i = &d->prog->code[pc];
			if (i->op == OP_SPLIT) {
				d->stack = memory_reserve(d->stack, depth, &d->stack_size, sizeof *d->stack);
				d->stack[depth++] = i->other;
				pc = i->next;
			} else if (i->op == OP_SAVE) {
				pc = i->next;
			} else if (i->op == OP_ASSERT) {
				bool told = all_known || !(d->prog->backward ? assertion_needs_before(i->arg)
									     : assertion_needs_after(i->arg));

				if (!told) {
					list_put(d, pc);
					break;
				}
				if (!assertion_holds(i->arg, context, d->lines))
					break;
				pc = i->next;
			} else {
				if (i->op != OP_FAIL)
					list_put(d, pc);
				break;
			}
		}
		if (depth == 0)
			return;
		pc = d->stack[--depth];
	}
}

static uint32_t hash_state(const uint32_t *items, size_t count, unsigned flags, unsigned before)
{
	uint32_t h = flags * 31 + before;

	for (size_t i = 0; i < count; i++)
		h = (h ^ items[i]) * 0x9e3779b1 + (h >> 15);
	return h;
}

static void grow_table(struct dfa *d)
{
	d->table_size = d->table_size ? d->table_size * 2 : 64;
	d->table = memory_resize(d->table, d->table_size * sizeof *d->table);
	memset(d->table, 0, d->table_size * sizeof *d->table);
	for (size_t i = 0; i < d->count; i++) {
		uint32_t *slot = &d->table[d->states[i].hash & (d->table_size - 1)];

		d->states[i].same = *slot;
		*slot = (uint32_t)i + 1;
	}
}

/* Returns the state of the list, made if it is new. */
static uint32_t intern(struct dfa *d, unsigned flags, unsigned before)
{
	uint32_t hash, index;
	struct state *s;

	while (d->list_count > 0 && d->list[d->list_count - 1] == (uint32_t)GROUP_END)
		d->list_count--;
	/* nothing will begin any more, or only at a word or a line that is still to come */
	if (d->list_count == 0 && (d->kind > DFA_LEFTMOST || flags & (FOUND | QUIT) ||
				   !(d->re->needs & (NEEDS_WORD | NEEDS_LINES))))
		flags |= DEAD;
	before &= d->known;
	for (size_t i = 0; i < d->list_count; i++)
		if (d->list[i] != (uint32_t)GROUP_END && d->prog->code[d->list[i]].op == OP_ASSERT)
			flags |= AHEAD;
	hash = hash_state(d->list, d->list_count, flags & ~(unsigned)START, before);
	if (d->count * 2 >= d->table_size)
		grow_table(d);
	for (index = d->table[hash & (d->table_size - 1)]; index; index = s->same) {
		s = &d->states[index - 1];
		if (s->hash == hash && s->count == d->list_count &&
		    (s->flags & ~START) == (flags & ~(unsigned)START) && s->before == before &&
		    (!s->count || memcmp(s->items, d->list, s->count * sizeof *s->items) == 0)) {
			s->flags |= (uint16_t)(flags & START);
			return index - 1;
		}
	}
	index = (uint32_t)d->count;
	if (d->count == d->size) {
		d->size = d->size ? d->size * 2 : 16;
		d->states = memory_resize(d->states, d->size * sizeof *d->states);
		d->trans = memory_resize(d->trans, d->size * d->stride * sizeof *d->trans);
	}
	s = &d->states[d->count++];
	*s = (struct state){ .count = (uint32_t)d->list_count,
			     .hash = hash,
			     .flags = (uint16_t)flags,
			     .before = (uint16_t)before };
	s->items = memory_resize(NULL, d->list_count * sizeof *s->items + 1);
	if (s->count)
		memcpy(s->items, d->list, s->count * sizeof *s->items);
	s->same = d->table[hash & (d->table_size - 1)];
	d->table[hash & (d->table_size - 1)] = index + 1;
	memset(d->trans + index * d->stride, 0xff, d->stride * sizeof *d->trans);
	d->memory += sizeof *s + d->stride * sizeof *d->trans + s->count * sizeof *s->items + 32;
	return index;
}

static void list_clear(struct dfa *d)
{
	d->list_count = 0;
	d->seen_count = 0;
}

static uint32_t start_state(struct dfa *d, unsigned edge)
{
	unsigned before = d->kind == DFA_BACKWARD ? edge_after[edge] : edge_before[edge];

	if (d->start[edge] == UNKNOWN) {
		uint32_t s;

		list_clear(d);
		follow(d, d->prog->start, before, false);
		s = intern(d, d->re->prefix && d->kind != DFA_ANCHORED && d->kind != DFA_BACKWARD ? START : 0,
			   before);
		d->start[edge] = s;
	}
	return d->start[edge];
}

/* Puts the threads of a state in the list as they are when all of the context is known. */
static void resolve(struct dfa *d, uint32_t s, unsigned context)
{
	const struct state *st = &d->states[s];

	list_clear(d);
	for (size_t i = 0; i < st->count; i++) {
		if (st->items[i] == (uint32_t)GROUP_END)
			list_put(d, st->items[i]);
		else if (st->flags & AHEAD)
			follow(d, st->items[i], context, true);
		else
			list_put(d, st->items[i]);
	}
	if (d->resolved_size < d->list_count) {
		d->resolved_size = d->list_size;
		d->resolved = memory_resize(d->resolved, d->resolved_size * sizeof *d->resolved);
	}
	if (d->list_count)
		memcpy(d->resolved, d->list, d->list_count * sizeof *d->list);
}

/* Returns the state after state `s` at the byte `b` (-1 at an end), with what is there as context. */
static uint32_t step(struct dfa *d, uint32_t s, int b, unsigned ahead)
{
	unsigned before = d->states[s].before, flags = d->states[s].flags & FOUND;
	unsigned next_before = d->kind == DFA_BACKWARD ? (ahead & 7u) << 3 : (ahead >> 3) & 7u;
	size_t count, group;

	resolve(d, s, before | ahead);
	count = d->list_count;
	list_clear(d);
	group = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t pc = d->resolved[i];

		if (pc == (uint32_t)GROUP_END) {
			if (flags & MATCHED && d->kind == DFA_LEFTMOST)
				break;
			if (d->list_count > group) {
				list_put(d, pc);
				group = d->list_count;
			}
		} else if (d->prog->code[pc].op == OP_MATCH) {
			flags |= MATCHED | FOUND;
		} else if (b >= 0) {
			uint32_t next = program_step(d->prog, pc, (unsigned char)b);

			if (next != NO_INST)
				follow(d, next, next_before, false);
		}
	}
	if (b >= 0 && !(flags & FOUND) && d->kind <= DFA_LEFTMOST) {
		bool alone = d->list_count == 0;

		if (d->kind == DFA_LEFTMOST && d->list_count > group)
			list_put(d, (uint32_t)GROUP_END);
		follow(d, d->prog->start, next_before, false);
		if (alone && d->re->prefix)
			flags |= START;
	}
	return intern(d, flags, next_before);
}

/* Remembers the transition, forgetting all others first if there are too many. Returns it. *s is the state it comes from and
 * may get another number. */
static uint32_t transition(struct dfa *d, uint32_t *s, unsigned class)
{
	int b = class < d->re->classes_count ? d->re->class_byte[class] : -1;
	uint32_t from, to, result;
	unsigned ahead;

	if (d->memory > CACHE_MAX) {
		const struct state *st = &d->states[*s / d->stride];
		unsigned flags = st->flags, before = st->before;

		list_clear(d);
		for (size_t i = 0; i < st->count; i++)
			list_put(d, st->items[i]);
		forget(d);
		*s = intern(d, flags, before) * (uint32_t)d->stride;
	}
	from = *s / (uint32_t)d->stride;
	if (b < 0) {
		unsigned edge = class - (unsigned)d->re->classes_count;

		ahead = d->kind == DFA_BACKWARD ? edge_before[edge] : edge_after[edge];
		to = step(d, from, -1, ahead);
	} else if (d->kind == DFA_LINES && b == d->delimiter) {
		to = step(d, from, -1, AFTER_TEXT);
		if (!(d->states[to].flags & MATCHED))
			to = start_state(d, 0);
	} else if (b >= 0x80 && d->re->utf8 &&
		   (d->re->needs & (NEEDS_WORD | NEEDS_ASCII_WORDS)) == NEEDS_WORD) {
		list_clear(d);
		to = intern(d, QUIT, 0);
	} else {
		bool word = b == '_' || char_alnum((uint32_t)b);

		ahead = b == '\n' ? AFTER_NEWLINE | AFTER_LAST_NEWLINE : word && b < 0x80 ? AFTER_WORD : 0;
		if (d->kind == DFA_BACKWARD)
			ahead = ahead >> 3 & 7u;
		to = step(d, from, b, ahead);
	}
	result = to * (uint32_t)d->stride;
	if (d->states[to].flags & (MATCHED | DEAD | QUIT | START))
		result |= SPECIAL;
	d->trans[from * d->stride + class] = result;
	return result;
}

/* Which edge a place in a text is: 0 none, then as in edge_before. */
static unsigned edge_at(const struct dfa *d, unsigned context, bool before)
{
	if (!before)
		context = context & NOT_LINE_END && context & AFTER_TEXT ? 0 : context >> 3;
	else if (context & NOT_LINE_START)
		context = 0;
	if (context & BEFORE_TEXT)
		return 0;
	if (context & BEFORE_NEWLINE)
		return d->re->needs & (NEEDS_LINES | NEEDS_LAST_LINE) ? 1 : 3;
	return context & BEFORE_WORD && d->re->needs & NEEDS_WORD ? 2 : 3;
}

static unsigned edge_of(const struct dfa *d, const char *text, size_t len, size_t at, unsigned where,
			bool before)
{
	if (where == 0 && before && at == 0)
		return 0;
	if (where == 0 && !before && at == len)
		return 0;
	if (!(d->re->needs & (NEEDS_LINES | NEEDS_WORD | NEEDS_LAST_LINE)) && at != (before ? 0 : len))
		return 3;
	return edge_at(d, text_context(d->re, text, len, at, where), before);
}

static bool matches_at_edge(struct dfa *d, uint32_t s, unsigned edge)
{
	unsigned class = (unsigned)d->re->classes_count + edge;
	uint32_t t = d->trans[s + class];

	if (t == UNKNOWN)
		t = transition(d, &s, class);
	return d->states[(t & ~SPECIAL) / d->stride].flags & MATCHED;
}

static ptrdiff_t run_backward(struct dfa *d, const char *text, size_t len, size_t from, size_t limit,
			      unsigned where)
{
	uint32_t s = start_state(d, edge_of(d, text, len, from, where, false)) * (uint32_t)d->stride;
	ptrdiff_t last = -1;

	for (size_t p = from; p > limit; p--) {
		unsigned class = d->re->classes[(uint8_t)text[p - 1]];
		uint32_t t = d->trans[s + class];

		if (t & SPECIAL) {
			unsigned flags;

			if (t == UNKNOWN)
				t = transition(d, &s, class);
			flags = d->states[(t & ~SPECIAL) / d->stride].flags;
			if (flags & QUIT)
				return -2;
			if (flags & MATCHED)
				last = (ptrdiff_t)p;
			if (flags & DEAD)
				return last;
		}
		s = t & ~SPECIAL;
	}
	if (matches_at_edge(d, s, edge_of(d, text, len, limit, where, true)))
		last = (ptrdiff_t)limit;
	return last;
}

ptrdiff_t dfa_run(struct dfa *d, const char *text, size_t len, size_t from, size_t limit, unsigned where)
{
	const uint8_t *classes = d->re->classes;
	ptrdiff_t last = -1;
	uint32_t s;
	size_t p = from;

	if (d->kind == DFA_BACKWARD)
		return run_backward(d, text, len, from, limit, where);
	s = start_state(d, edge_of(d, text, len, from, where, true)) * (uint32_t)d->stride;
	if (d->states[s / d->stride].flags & START) {
		const uint8_t *q = prefix_next(d->re->prefix, (const uint8_t *)text + p,
					       (const uint8_t *)text + len);

		p = q ? (size_t)(q - (const uint8_t *)text) : len;
		s = start_state(d, edge_of(d, text, len, p, where, true)) * (uint32_t)d->stride;
	}
	while (p < len) {
		unsigned class, flags;
		uint32_t t;

		while (p < len && !((t = d->trans[s + classes[(uint8_t)text[p]]]) & SPECIAL)) {
			s = t;
			p++;
		}
		if (p == len)
			break;
		class = classes[(uint8_t)text[p]];
		t = d->trans[s + class];
		if (t == UNKNOWN)
			t = transition(d, &s, class);
		s = t & ~SPECIAL;
		flags = d->states[s / d->stride].flags;
		if (flags & (MATCHED | QUIT | DEAD)) {
			if (flags & QUIT)
				return -2;
			if (flags & MATCHED) {
				last = (ptrdiff_t)p;
				if (d->kind == DFA_ANY)
					return last;
			}
			if (flags & DEAD)
				return last;
		}
		p++;
		if (flags & START) {
			const uint8_t *q = prefix_next(d->re->prefix, (const uint8_t *)text + p,
						       (const uint8_t *)text + len);
			size_t at = q ? (size_t)(q - (const uint8_t *)text) : len;

			if (at > p) {
				p = at;
				s = start_state(d, edge_of(d, text, len, p, where, true)) *
				    (uint32_t)d->stride;
			}
		}
	}
	if (matches_at_edge(d, s, edge_of(d, text, len, len, where, false)))
		last = (ptrdiff_t)len;
	return last;
}

/* Returns a place in the first line from `from` on that has a match (the delimiter counts as the line's end), -1, or
 * -2 - p if it cannot tell of the line with p. */
ptrdiff_t dfa_lines(struct dfa *d, const char *text, size_t len, size_t from)
{
	const uint8_t *classes = d->re->classes, *t8 = (const uint8_t *)text;
	uint32_t s = start_state(d, 0) * (uint32_t)d->stride;
	size_t p = from;
	bool fresh = true; /* at a start, where the prefix has not been asked */

	while (p < len) {
		const uint32_t *trans = d->trans;
		unsigned class, flags;
		uint32_t t = 0;

		if (fresh && d->states[s / d->stride].flags & START) {
			const uint8_t *q = prefix_next(d->re->prefix, t8 + p, t8 + len);
			size_t at = q ? (size_t)(q - t8) : len;

			if (at > p) {
				p = at;
				if (p == len && t8[p - 1] == d->delimiter)
					return -1;
				s = start_state(d, t8[p - 1] == d->delimiter
							   ? 0
							   : edge_of(d, text, len, p, 0, true)) *
				    (uint32_t)d->stride;
				trans = d->trans;
				if (p == len)
					break;
			}
		}
		fresh = false;
		while (len - p >= 4) {
			t = trans[s + classes[t8[p]]];
			if (t & SPECIAL)
				break;
			s = trans[t + classes[t8[p + 1]]];
			if (s & SPECIAL) {
				s = t;
				p++;
				break;
			}
			t = trans[s + classes[t8[p + 2]]];
			if (t & SPECIAL) {
				p += 2;
				break;
			}
			s = trans[t + classes[t8[p + 3]]];
			if (s & SPECIAL) {
				s = t;
				p += 3;
				break;
			}
			p += 4;
		}
		if (p == len)
			break;
		class = classes[t8[p]];
		t = trans[s + class];
		if (t == UNKNOWN)
			t = transition(d, &s, class);
		s = t & ~SPECIAL;
		flags = t & SPECIAL ? d->states[s / d->stride].flags : 0;
		if (flags & QUIT)
			return -2 - (ptrdiff_t)p;
		if (flags & MATCHED)
			return (ptrdiff_t)p;
		p++;
		if (flags & DEAD && t8[p - 1] != d->delimiter) {
			const char *newline = mem_chr(text + p, d->delimiter, len - p);

			if (!newline)
				return -1;
			p = (size_t)(newline - text) + 1;
			s = start_state(d, 0) * (uint32_t)d->stride;
			fresh = true;
		}
		if (flags & START)
			fresh = true;
	}
	if (len > from && t8[len - 1] == d->delimiter)
		return -1;
	return matches_at_edge(d, s, 0) ? (ptrdiff_t)len : -1;
}
