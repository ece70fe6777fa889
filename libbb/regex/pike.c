/* pike.c - all threads of a program at once, each with its submatches
 *
 * Used where the automaton cannot tell (word edges beside characters beyond ASCII), and over a match that is known for
 * its submatches. Those are what GNU's matcher gives: of all ways to match the whole as long as it is, the first
 * in the order that alternatives are written in and in which repetitions go on rather than stop.
 *
 * hot: submatches of patterns that are not one-pass
 */
#include <stdlib.h>
#include <string.h>
#include "regex_internal.h"
#include "utf8.h"

struct thread_list {
	uint32_t *pcs, *where; /* where: by instruction */
	ptrdiff_t *slots;
	size_t count;
};

struct pike {
	size_t insts, slots_size; /* room */
	ptrdiff_t *current;
	struct thread_list lists[2];
	struct pike_todo {
		uint32_t pc; /* NO_INST: put a slot back */
		uint32_t slot;
		ptrdiff_t value;
	} * stack;
	size_t stack_size;
};

/* A search in progress. */
struct run {
	struct regex *re;
	struct program *prog;
	struct pike *pike;
	size_t slots;
	ptrdiff_t *current; /* the submatches of the thread that is followed */
	bool lines;
	unsigned context;
};

static bool is_word_at(const char *p, size_t n, bool utf8)
{
	uint32_t cp = n ? (uint8_t)*p : 0;

	if (n == 0)
		return false;
	if (cp >= 0x80)
		return utf8 && utf8_decode(p, n, &cp) > 0 && char_alnum(cp);
	return cp == '_' || char_alnum(cp);
}

static bool is_word_before(const char *text, size_t at, bool utf8)
{
	size_t back = 1;
	uint32_t cp;

	if ((uint8_t)text[at - 1] < 0x80 || !utf8)
		return is_word_at(text + at - 1, 1, false);
	while (back < 4 && back < at && ((uint8_t)text[at - back] & 0xc0) == 0x80)
		back++;
	return utf8_decode(text + at - back, back, &cp) == (int)back && char_alnum(cp);
}

unsigned text_context(const struct regex *re, const char *text, size_t len, size_t at, unsigned where)
{
	unsigned context = 0;

	if (at == 0)
		context |= BEFORE_TEXT | (where & REGEX_NOT_BOL ? NOT_LINE_START : 0);
	else if (text[at - 1] == '\n')
		context |= BEFORE_NEWLINE;
	if (at == len)
		context |= AFTER_TEXT | (where & REGEX_NOT_EOL ? NOT_LINE_END : 0);
	else if (text[at] == '\n')
		context |= AFTER_NEWLINE | (at + 1 == len ? AFTER_LAST_NEWLINE : 0);
	if (re->needs & NEEDS_WORD) {
		bool wide = re->utf8 && !(re->needs & NEEDS_ASCII_WORDS);

		if (at > 0 && is_word_before(text, at, wide))
			context |= BEFORE_WORD;
		if (is_word_at(text + at, len - at, wide))
			context |= AFTER_WORD;
	}
	return context;
}

/* Whether a place is within a character. */
static bool splits_char(const struct regex *re, const char *text, size_t len, size_t at)
{
	uint32_t cp;

	if (!re->utf8 || at == len || ((uint8_t)text[at] & 0xc0) != 0x80)
		return false;
	for (size_t back = 1; back < 4 && back <= at; back++)
		if (((uint8_t)text[at - back] & 0xc0) != 0x80)
			return utf8_decode(text + at - back, len - at + back, &cp) > (int)back;
	return false;
}

void pike_free(struct pike *p)
{
	if (!p)
		return;
	for (int i = 0; i < 2; i++) {
		free(p->lists[i].pcs);
		free(p->lists[i].where);
		free(p->lists[i].slots);
	}
	free(p->stack);
	free(p->current);
	free(p);
}

/* Makes room for all instructions there may be after the next step. */
static void make_room(struct run *r)
{
	struct pike *p = r->pike;
	size_t insts = r->prog->count * 2 + 64;

	if (r->prog->count * 2 <= p->insts && r->slots <= p->slots_size)
		return;
	if (p->slots_size < r->slots) {
		p->slots_size = r->slots;
		p->current = memory_resize(p->current, p->slots_size * sizeof *p->current);
	}
	for (int i = 0; i < 2; i++) {
		struct thread_list *l = &p->lists[i];
		size_t old = p->insts;

		l->pcs = memory_resize(l->pcs, insts * sizeof *l->pcs);
		l->where = memory_resize(l->where, insts * sizeof *l->where);
		memset(l->where + old, 0, (insts - old) * sizeof *l->where);
		l->slots = memory_resize(l->slots, insts * p->slots_size * sizeof *l->slots);
	}
	p->insts = insts;
}

static void push(struct pike *p, size_t *depth, uint32_t pc, uint32_t slot, ptrdiff_t value)
{
	p->stack = memory_reserve(p->stack, *depth, &p->stack_size, sizeof *p->stack);
	p->stack[(*depth)++] = (struct pike_todo){ pc, slot, value };
}

/* Adds the thread at `pc` with the submatches r->current, and those it leads to without reading. */
static void add_thread(struct run *r, struct thread_list *l, uint32_t pc, size_t at)
{
	struct pike *p = r->pike;
	size_t depth = 0;

	push(p, &depth, pc, 0, 0);
	while (depth > 0) {
		struct pike_todo todo = p->stack[--depth];

		if (todo.pc == NO_INST) {
			r->current[todo.slot] = todo.value;
			continue;
		}
		pc = todo.pc;
		for (;;) {
			const struct inst *i = &r->prog->code[pc];

			if (l->where[pc] < l->count && l->pcs[l->where[pc]] == pc)
				break;
			l->where[pc] = (uint32_t)l->count;
			l->pcs[l->count] = pc;
			if (i->op == OP_SPLIT) {
				l->count++;
				push(p, &depth, i->other, 0, 0);
			} else if (i->op == OP_SAVE) {
				l->count++;
				if (i->arg < r->slots) {
					push(p, &depth, NO_INST, i->arg, r->current[i->arg]);
					r->current[i->arg] = (ptrdiff_t)at;
				}
			} else if (i->op == OP_ASSERT) {
				l->count++;
				if (!assertion_holds(i->arg, r->context, r->lines))
					break;
			} else {
				memcpy(l->slots + l->count * r->slots, r->current,
				       r->slots * sizeof *r->current);
				l->count++;
				break;
			}
			pc = i->next;
		}
	}
}

/* Notes a match that ends at `at`, if it is better than what there is. Returns whether later threads are of no use. */
static bool take_match(const ptrdiff_t *slots, size_t at, ptrdiff_t end, struct regex_span *best,
		       struct run *r, struct regex_span *spans, size_t count)
{
	if (end >= 0 && (ptrdiff_t)at != end)
		return false;
	if (best->start >= 0 && (slots[0] > best->start || (end >= 0 && best->end == end)))
		return true;
	*best = (struct regex_span){ slots[0], (ptrdiff_t)at };
	for (size_t g = 1; g < count; g++) {
		bool has = 2 * g + 1 < r->slots && slots[2 * g + 1] >= 0;

		spans[g] = has ? (struct regex_span){ slots[2 * g], slots[2 * g + 1] }
			       : (struct regex_span){ -1, -1 };
	}
	return end >= 0;
}

bool pike_search(struct regex *re, const char *text, size_t len, size_t from, ptrdiff_t end, bool anchored,
		 unsigned where, struct regex_span *spans, size_t count)
{
	struct run r = { .re = re, .prog = &re->forward, .lines = re->needs & NEEDS_LINES };
	struct regex_span best = { -1, -1 };
	size_t stop = end >= 0 ? (size_t)end : len;
	struct thread_list *now, *next;

	if (!re->pike) {
		re->pike = memory_resize(NULL, sizeof *re->pike);
		*re->pike = (struct pike){ 0 };
	}
	r.pike = re->pike;
	r.slots = 2 * (count > re->groups ? re->groups + 1 : count > 0 ? count : 1);
	make_room(&r);
	r.current = re->pike->current;
	now = &re->pike->lists[0];
	next = &re->pike->lists[1];
	now->count = 0;
	for (size_t at = from;; at++) {
		struct thread_list *swap;

		make_room(&r);
		r.context = text_context(re, text, len, at, where);
		if (best.start < 0 && (anchored ? at == from : !splits_char(re, text, len, at))) {
			memset(r.current, 0xff, r.slots * sizeof *r.current);
			r.current[0] = (ptrdiff_t)at;
			add_thread(&r, now, r.prog->start, at);
		}
		if (now->count == 0 && (anchored || best.start >= 0))
			break;
		next->count = 0;
		if (at < stop)
			r.context = text_context(re, text, len, at + 1, where);
		for (size_t i = 0; i < now->count; i++) {
			uint32_t pc = now->pcs[i], to;
			uint8_t op = r.prog->code[pc].op;
			const ptrdiff_t *slots = now->slots + i * r.slots;

			if (op == OP_SPLIT || op == OP_SAVE || op == OP_ASSERT || op == OP_FAIL)
				continue;
			if (op == OP_MATCH) {
				if (take_match(slots, at, end, &best, &r, spans, count))
					break;
				continue;
			}
			if (best.start >= 0 && slots[0] > best.start)
				break;
			if (at == stop)
				continue;
			to = program_step(r.prog, pc, (uint8_t)text[at]);
			if (to == NO_INST)
				continue;
			if (r.prog->count > r.pike->insts) {
				/* new continuations: the lists move */
				make_room(&r);
				slots = now->slots + i * r.slots;
			}
			memcpy(r.current, slots, r.slots * sizeof *r.current);
			add_thread(&r, next, to, at + 1);
		}
		if (at == stop)
			break;
		swap = now;
		now = next;
		next = swap;
	}
	if (best.start >= 0 && count > 0)
		spans[0] = best;
	return best.start >= 0;
}
