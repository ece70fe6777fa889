/* backtrack.c - trying one way after the other: for back-references, and for what Perl has
 *
 * In POSIX's syntaxes all ways are tried and the longest match is kept. What was tried in vain is remembered, so that
 * patterns that are not contrived stay quick; Perl-like ones may not take more than a bounded number of steps.
 *
 * hot: back-references
 */
#include <stdlib.h>
#include <string.h>
#include "regex_internal.h"
#include "run.h"
#include "utf8.h"

enum {
	STEPS_MAX = 20000000, /* for a Perl-like pattern and one search */
	STACK_MAX = 1000000,  /* frames */
	MEMO_STEPS = 4000,    /* so many steps before what fails is remembered */
	MEMO_SIZE = 1 << 18,  /* how much */
	CALLS_MAX = 250,      /* nested lookarounds and recursions */
};

enum frame_kind { BRANCH, SLOT, REGISTER };

struct frame {
	enum frame_kind kind;
	uint32_t what;   /* an instruction, a slot or a register */
	ptrdiff_t value; /* a place in the text, or what was there before */
};

struct backtrack {
	struct frame *stack;
	size_t depth, stack_size;
	ptrdiff_t *slots, *best, *registers;
	size_t slots_count;
	bool *referenced; /* groups that there are references to */
	bool can_remember;
	uint64_t *memo;
	size_t memo_count;
	bool has_refs;
};

/* A search in progress. */
struct matcher {
	struct regex *re;
	struct backtrack *b;
	const struct inst *code;
	const char *text;
	size_t len, from;
	ptrdiff_t must_end;
	unsigned where;
	bool longest;
	size_t steps;
	int calls;
};

static void prepare(struct regex *re)
{
	struct backtrack *b = memory_resize(NULL, sizeof *b);
	struct program *prog = &re->backtrack;

	*b = (struct backtrack){ 0 };
	re->backtracker = b;
	program_make(prog, re->tree, re->groups, COMPILE_BACKTRACK);
	b->slots_count = 2 * (re->groups + 1);
	b->slots = memory_resize(NULL, b->slots_count * sizeof *b->slots);
	b->best = memory_resize(NULL, b->slots_count * sizeof *b->best);
	b->registers = memory_resize(NULL, (prog->registers + 1) * sizeof *b->registers);
	b->referenced = memory_resize(NULL, re->groups + 1);
	memset(b->referenced, 0, re->groups + 1);
	b->can_remember = true;
	for (size_t i = 0; i < prog->count; i++) {
		switch (prog->code[i].op) {
		case OP_BACKREF:
			if (prog->code[i].arg <= re->groups)
				b->referenced[prog->code[i].arg] = b->has_refs = true;
			break;
		case OP_LOOK:
		case OP_ATOMIC:
		case OP_COND:
		case OP_CALL:
		case OP_KEEP:
			b->can_remember = false;
		}
	}
}

void backtrack_free(struct backtrack *b)
{
	if (!b)
		return;
	free(b->stack);
	free(b->slots);
	free(b->best);
	free(b->registers);
	free(b->referenced);
	free(b->memo);
	free(b);
}

static _Noreturn void give_up(const struct matcher *m)
{
	if (m->re->input)
		die("%s: exceeded PCRE's backtracking limit", m->re->input);
	die("exceeded PCRE's backtracking limit");
}

static void push(struct matcher *m, enum frame_kind kind, uint32_t what, ptrdiff_t value)
{
	struct backtrack *b = m->b;

	if (b->depth >= STACK_MAX && !m->longest)
		give_up(m);
	b->stack = memory_reserve(b->stack, b->depth, &b->stack_size, sizeof *b->stack);
	b->stack[b->depth++] = (struct frame){ kind, what, value };
}

static void set_slot(struct matcher *m, uint32_t slot, ptrdiff_t value)
{
	push(m, SLOT, slot, m->b->slots[slot]);
	m->b->slots[slot] = value;
}

static void undo(struct backtrack *b, const struct frame *f)
{
	if (f->kind == SLOT)
		b->slots[f->what] = f->value;
	else if (f->kind == REGISTER)
		b->registers[f->what] = f->value;
}

/* Takes everything back to the depth. */
static void unwind(struct backtrack *b, size_t base)
{
	while (b->depth > base)
		undo(b, &b->stack[--b->depth]);
}

/* Forgets the branches above the depth, but not what to undo. */
static void commit(struct backtrack *b, size_t base)
{
	size_t to = base;

	for (size_t i = base; i < b->depth; i++)
		if (b->stack[i].kind != BRANCH)
			b->stack[to++] = b->stack[i];
	b->depth = to;
}

/* Whether the branch was tried before, in vain; remembers it. */
static bool tried(struct matcher *m, uint32_t pc, size_t at)
{
	struct backtrack *b = m->b;
	uint64_t key = (pc + 1) * 0x9e3779b97f4a7c15 ^ (at + 1) * 0xc2b2ae3d27d4eb4f;
	size_t slot;

	for (size_t g = 1; b->has_refs && g < b->slots_count / 2; g++)
		if (b->referenced[g])
			key = (key ^ (uint64_t)b->slots[2 * g] ^ (uint64_t)b->slots[2 * g + 1] << 32) *
				      0x9e3779b97f4a7c15 +
			      (key >> 29);
	for (size_t i = 0; i < m->re->backtrack.registers; i++)
		key = (key ^ (uint64_t)b->registers[i]) * 0xff51afd7ed558ccd + (key >> 31);
	key |= 1;
	if (!b->memo || b->memo_count > MEMO_SIZE / 2) {
		b->memo = memory_resize(b->memo, MEMO_SIZE * sizeof *b->memo);
		memset(b->memo, 0, MEMO_SIZE * sizeof *b->memo);
		b->memo_count = 0;
	}
	for (slot = key >> 40 & (MEMO_SIZE - 1); b->memo[slot]; slot = (slot + 1) & (MEMO_SIZE - 1))
		if (b->memo[slot] == key)
			return true;
	b->memo[slot] = key;
	b->memo_count++;
	return false;
}

/* Returns the length of the character at `at` if the set has it, else 0. */
static size_t match_set(const struct matcher *m, const struct set *s, size_t at)
{
	unsigned char c = (unsigned char)m->text[at];
	uint32_t cp;
	int len;

	if (c < 0x80 || s->bytes)
		return set_has_byte(s, c);
	len = utf8_decode(m->text + at, m->len - at, &cp);
	return len > 0 && set_has(s, cp) ? (size_t)len : 0;
}

static bool same_but_case(uint32_t a, uint32_t b)
{
	uint32_t other;

	if (a == b)
		return true;
	for (int n = 0; (other = case_variant(a, n)) != 0; n++)
		if (other == b)
			return true;
	return false;
}

/* Matches what a group had again. Returns false if it is not there, else moves *at behind it. */
static bool match_again(const struct matcher *m, const struct inst *i, size_t *at)
{
	ptrdiff_t start = m->b->slots[2 * i->arg], end = m->b->slots[2 * i->arg + 1];
	size_t len = (size_t)(end - start), p = *at;

	if (start < 0 || end < start)
		return false;
	if (!i->flag) {
		if (m->len - p < len || memcmp(m->text + start, m->text + p, len) != 0)
			return false;
		*at = p + len;
		return true;
	}
	while (start < end) {
		uint32_t a = (uint8_t)m->text[start], b;
		int alen = 1, blen = 1;

		if (p >= m->len)
			return false;
		b = (uint8_t)m->text[p];
		if (m->re->utf8) {
			alen = utf8_decode(m->text + start, (size_t)(end - start), &a);
			blen = utf8_decode(m->text + p, m->len - p, &b);
		}
		alen = alen > 0 ? alen : 1;
		blen = blen > 0 ? blen : 1;
		if (!same_but_case(a, b))
			return false;
		start += alen;
		p += (size_t)blen;
	}
	*at = p;
	return true;
}

static bool run(struct matcher *m, uint32_t pc, size_t at, uint32_t until, size_t *end);

/* Goes back some characters. Returns false if there are not so many. */
static bool step_back(const struct matcher *m, size_t count, size_t *at)
{
	for (; count > 0; count--) {
		if (*at == 0)
			return false;
		do
			--*at;
		while (m->re->utf8 && *at > 0 && ((uint8_t)m->text[*at] & 0xc0) == 0x80);
	}
	return true;
}

static bool look(struct matcher *m, const struct inst *i, size_t at)
{
	size_t base = m->b->depth, start = at, end;
	bool found = true;

	if (i->flag & 2)
		found = step_back(m, i->arg, &start);
	found = found && run(m, i->other, start, NO_INST, &end);
	if (i->flag & 1)
		unwind(m->b, base);
	else
		commit(m->b, base);
	return found != (i->flag & 1);
}

/* Matches a group (0: all) as a subroutine, whose submatches are forgotten. */
static bool call(struct matcher *m, const struct inst *i, size_t *at)
{
	struct backtrack *b = m->b;
	struct program *prog = &m->re->backtrack;
	size_t base = b->depth, end;
	uint32_t start = i->arg ? prog->group_start[i->arg] : prog->start;
	bool found = run(m, start, *at, i->arg ? 2 * i->arg + 1 : NO_INST, &end);

	unwind(b, base);
	if (found)
		*at = end;
	return found;
}

/* Whether a branch fails at its first byte. */
static bool hopeless(const struct matcher *m, uint32_t pc, size_t at)
{
	const struct inst *i = &m->code[pc];

	if (i->op == OP_BYTE)
		return at == m->len || (uint8_t)m->text[at] != i->byte;
	if (i->op == OP_SET)
		return at == m->len ||
		       (!((uint8_t)m->text[at] & 0x80) && !set_has_byte(i->set, (uint8_t)m->text[at]));
	return false;
}

/* Chooses between two ways; returns the one to go, having noted the other. */
static uint32_t choose_branch(struct matcher *m, uint32_t first, uint32_t second, size_t at)
{
	if (hopeless(m, first, at))
		return second;
	if (!hopeless(m, second, at))
		push(m, BRANCH, second, (ptrdiff_t)at);
	return first;
}

/* What happens at the end of the pattern. Returns whether the search is over. */
static bool accept(struct matcher *m, size_t at)
{
	struct backtrack *b = m->b;

	if (m->must_end >= 0 && (ptrdiff_t)at != m->must_end)
		return false;
	if (b->best[1] < (ptrdiff_t)at || !m->longest) {
		memcpy(b->best, b->slots, b->slots_count * sizeof *b->best);
		b->best[1] = (ptrdiff_t)at;
	}
	return !m->longest || at == m->len || m->must_end >= 0;
}

/* Runs the program from `pc` until OP_MATCH, or until the slot `until` is set. Returns whether that was reached, at *end. */
static bool run(struct matcher *m, uint32_t pc, size_t at, uint32_t until, size_t *end)
{
	struct backtrack *b = m->b;
	size_t base = b->depth;
	bool outermost = m->calls == 0;

	if (++m->calls > CALLS_MAX)
		give_up(m);
	for (;;) {
		const struct inst *i = &m->code[pc];
		bool ok = true;
		size_t len;

		if (++m->steps > STEPS_MAX && !m->longest)
			give_up(m);
		switch (i->op) {
		case OP_BYTE:
			ok = at < m->len && (uint8_t)m->text[at] == i->byte;
			at += ok;
			break;
		case OP_ANY_BYTE:
			ok = at < m->len;
			at += ok;
			break;
		case OP_SET:
			len = at < m->len ? match_set(m, i->set, at) : 0;
			ok = len > 0;
			at += len;
			break;
		case OP_SPLIT:
			if (m->steps > MEMO_STEPS && b->can_remember && tried(m, pc, at)) {
				ok = false;
				break;
			}
			pc = choose_branch(m, i->next, i->other, at);
			continue;
		case OP_LOOP:
			if (b->registers[i->arg] == (ptrdiff_t)at) {
				/* the body matched nothing: go on */
				pc = i->flag ? i->next : i->other;
				continue;
			}
			if (m->steps > MEMO_STEPS && b->can_remember && tried(m, pc, at)) {
				ok = false;
				break;
			}
			push(m, REGISTER, i->arg, b->registers[i->arg]);
			b->registers[i->arg] = (ptrdiff_t)at;
			pc = choose_branch(m, i->next, i->other, at);
			continue;
		case OP_SAVE:
			if (i->arg == until) {
				m->calls--;
				*end = at;
				return true;
			}
			set_slot(m, i->arg, (ptrdiff_t)at);
			break;
		case OP_ASSERT:
			ok = i->arg == AT_SEARCH_START
				     ? at == m->from
				     : assertion_holds(i->arg,
						       text_context(m->re, m->text, m->len, at, m->where),
						       m->re->needs & NEEDS_LINES);
			break;
		case OP_BACKREF:
			ok = match_again(m, i, &at);
			break;
		case OP_LOOK:
			ok = look(m, i, at);
			break;
		case OP_ATOMIC:
			len = b->depth;
			ok = run(m, i->other, at, NO_INST, &at);
			if (ok)
				commit(b, len);
			break;
		case OP_COND:
			if (i->owner)
				ok = look(m, &m->code[i->owner], at);
			else
				ok = b->slots[2 * i->arg + 1] >= 0;
			pc = ok ? i->next : i->other;
			continue;
		case OP_CALL:
			ok = call(m, i, &at);
			break;
		case OP_KEEP:
			set_slot(m, 0, (ptrdiff_t)at);
			break;
		case OP_MATCH:
			if (!outermost || accept(m, at)) {
				m->calls--;
				*end = at;
				return true;
			}
			ok = false;
			break;
		default:
			ok = false;
		}
		if (ok) {
			pc = i->next;
			continue;
		}
		for (;;) {
			const struct frame *f;

			if (b->depth == base) {
				m->calls--;
				return false;
			}
			f = &b->stack[--b->depth];
			if (f->kind == BRANCH) {
				pc = f->what;
				at = (size_t)f->value;
				break;
			}
			undo(b, f);
		}
	}
}

/* Tries to match at `at`. */
static bool try_at(struct matcher *m, size_t at)
{
	struct backtrack *b = m->b;
	size_t end;

	b->depth = 0;
	memset(b->slots, 0xff, b->slots_count * sizeof *b->slots);
	memset(b->registers, 0xff, m->re->backtrack.registers * sizeof *b->registers);
	b->slots[0] = (ptrdiff_t)at;
	b->best[1] = -1;
	m->calls = 0;
	run(m, m->re->backtrack.start, at, NO_INST, &end);
	return b->best[1] >= 0;
}

bool backtrack_search(struct regex *re, const char *text, size_t len, size_t from, ptrdiff_t end,
		      unsigned where, struct regex_span *spans, size_t count)
{
	struct matcher m = {
		.re = re, .text = text, .len = len, .from = from, .must_end = end, .where = where
	};

	if (!re->backtracker)
		prepare(re);
	m.b = re->backtracker;
	m.code = re->backtrack.code;
	m.longest = !(re->needs & NEEDS_FIRST_MATCH);
	m.b->memo_count = MEMO_SIZE; /* of another text */
	for (size_t at = from; at <= len; at++) {
		if (at > from && re->utf8 && at < len && ((uint8_t)text[at] & 0xc0) == 0x80)
			continue;
		if (re->first_known &&
		    (at == len || !(re->first[(uint8_t)text[at] / 32] >> (uint8_t)text[at] % 32 & 1)))
			continue;
		if (!try_at(&m, at)) {
			if (end >= 0)
				return false;
			continue;
		}
		for (size_t g = 0; g < count; g++) {
			bool has = g <= re->groups && (g == 0 || m.b->best[2 * g + 1] >= 0);

			spans[g] = has ? (struct regex_span){ m.b->best[2 * g], m.b->best[2 * g + 1] }
				       : (struct regex_span){ -1, -1 };
		}
		return true;
	}
	return false;
}
