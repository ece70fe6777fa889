/* program.c - compiling a tree of nodes to a program, and what its instructions mean
 */
#include <stdlib.h>
#include <string.h>
#include "regex_internal.h"
#include "utf8.h"

enum { PROGRAM_MAX = 400000, TRIE_MIN = 4, BACKREF_DEPTH = 3 };

/* A compilation in progress. */
struct compiler {
	struct program *prog;
	enum compile_mode mode;
	const struct node **groups; /* by number */
	size_t groups_count;
	int backref_depth;
	bool failed;
};

static uint32_t emit(struct compiler *c, const struct node *n, uint32_t next);

static uint32_t add(struct program *prog, enum op op, uint32_t next)
{
	prog->code = memory_reserve(prog->code, prog->count, &prog->size, sizeof *prog->code);
	prog->code[prog->count] = (struct inst){ .op = (uint8_t)op, .next = next, .other = NO_INST };
	return (uint32_t)prog->count++;
}

static uint32_t emit_op(struct compiler *c, enum op op, uint32_t next)
{
	if (c->prog->count >= PROGRAM_MAX)
		c->failed = true;
	return c->failed ? 0 : add(c->prog, op, next);
}

static uint32_t emit_arg(struct compiler *c, enum op op, uint32_t arg, uint32_t next)
{
	uint32_t pc = emit_op(c, op, next);

	c->prog->code[pc].arg = arg;
	return pc;
}

static uint32_t emit_split(struct compiler *c, uint32_t next, uint32_t other)
{
	uint32_t pc = emit_op(c, OP_SPLIT, next);

	c->prog->code[pc].other = other;
	return pc;
}

static uint32_t emit_byte(struct compiler *c, char b, uint32_t next)
{
	uint32_t pc = emit_op(c, OP_BYTE, next);

	c->prog->code[pc].byte = (uint8_t)b;
	return pc;
}

static uint32_t emit_char(struct compiler *c, const struct node *n, uint32_t next)
{
	for (int i = 0; i < n->len; i++)
		next = emit_byte(c, n->text[c->mode == COMPILE_BACKWARD ? i : n->len - 1 - i], next);
	return next;
}

static size_t children(const struct node *n, const struct node ***out)
{
	size_t count = 0;

	for (const struct node *k = n->first; k; k = k->next)
		count++;
	*out = memory_resize(NULL, count * sizeof **out + 1);
	count = 0;
	for (const struct node *k = n->first; k; k = k->next)
		(*out)[count++] = k;
	return count;
}

static uint32_t emit_cat(struct compiler *c, const struct node *n, uint32_t next)
{
	const struct node **kids;
	size_t count = children(n, &kids);

	for (size_t i = 0; i < count && !c->failed; i++)
		next = emit(c, kids[c->mode == COMPILE_BACKWARD ? i : count - 1 - i], next);
	free(kids);
	return next;
}

/* The bytes of an alternative that is nothing but bytes. */
struct word {
	const char *text;
	size_t len;
};

static bool is_literal(const struct node *n)
{
	if (n->kind == NODE_CAT) {
		for (const struct node *k = n->first; k; k = k->next)
			if (k->kind != NODE_CHAR)
				return false;
		return true;
	}
	return n->kind == NODE_CHAR;
}

static size_t literal_bytes(const struct node *n, char *out, bool backward)
{
	size_t len = 0;

	for (const struct node *k = n->kind == NODE_CAT ? n->first : n; k;
	     k = n->kind == NODE_CAT ? k->next : NULL) {
		if (out)
			memcpy(out + len, k->text, k->len);
		len += k->len;
	}
	for (size_t i = 0; out && backward && i < len / 2; i++) {
		char t = out[i];

		out[i] = out[len - 1 - i];
		out[len - 1 - i] = t;
	}
	return len;
}

static int compare_words(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = n ? memcmp(x->text, y->text, n) : 0;

	return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* Emits sorted words, which are the same up to `depth`, so that each byte that several begin with is tried once. */
static uint32_t emit_trie(struct compiler *c, const struct word *words, size_t count, size_t depth,
			  uint32_t next)
{
	uint32_t result = NO_INST;
	size_t ends = 0, common = depth;

	while (ends < count && words[ends].len == depth)
		ends++;
	if (ends == count)
		return next;
	if (ends == 0) {
		/* what all have in common needs no branch */
		while (common < words[0].len && words[count - 1].len > common &&
		       words[0].text[common] == words[count - 1].text[common])
			common++;
		if (common > depth) {
			result = emit_trie(c, words, count, common, next);
			while (common-- > depth)
				result = emit_byte(c, words[0].text[common], result);
			return result;
		}
	}
	for (size_t end = count, i; end > ends && !c->failed; end = i) {
		uint32_t pc;

		i = end - 1;
		while (i > ends && words[i - 1].text[depth] == words[end - 1].text[depth])
			i--;
		pc = emit_trie(c, words + i, end - i, depth + 1, next);
		pc = emit_byte(c, words[i].text[depth], pc);
		result = result == NO_INST ? pc : emit_split(c, pc, result);
	}
	return ends ? emit_split(c, result, next) : result;
}

/* Emits alternatives that are all literal as a trie; their order does not matter where the longest match counts. */
static uint32_t emit_words(struct compiler *c, const struct node **kids, size_t count, uint32_t next)
{
	struct word *words = memory_resize(NULL, count * sizeof *words);
	size_t total = 0, at = 0;
	char *text;

	for (size_t i = 0; i < count; i++)
		total += literal_bytes(kids[i], NULL, false);
	text = memory_resize(NULL, total + 1);
	for (size_t i = 0; i < count; i++) {
		words[i].text = text + at;
		words[i].len = literal_bytes(kids[i], text + at, c->mode == COMPILE_BACKWARD);
		at += words[i].len;
	}
	qsort(words, count, sizeof *words, compare_words);
	next = emit_trie(c, words, count, 0, next);
	free(words);
	free(text);
	return next;
}

static uint32_t emit_alt(struct compiler *c, const struct node *n, uint32_t next)
{
	const struct node **kids;
	size_t count = children(n, &kids), literals = 0;
	uint32_t result;

	while (literals < count && is_literal(kids[literals]))
		literals++;
	if (literals == count && count >= TRIE_MIN && c->mode != COMPILE_BACKTRACK) {
		result = emit_words(c, kids, count, next);
	} else {
		result = emit(c, kids[count - 1], next);
		for (size_t i = count - 1; i-- > 0 && !c->failed;)
			result = emit_split(c, emit(c, kids[i], next), result);
	}
	free(kids);
	return result;
}

/* Whether a node can match nothing. */
static bool nullable(const struct node *n)
{
	switch (n->kind) {
	case NODE_CHAR:
	case NODE_SET:
	case NODE_ANY_BYTE:
	case NODE_FAIL:
		return false;
	case NODE_CAT:
		for (const struct node *k = n->first; k; k = k->next)
			if (!nullable(k))
				return false;
		return true;
	case NODE_ALT:
		for (const struct node *k = n->first; k; k = k->next)
			if (nullable(k))
				return true;
		return false;
	case NODE_REPEAT:
		return n->min == 0 || nullable(n->first);
	case NODE_GROUP:
	case NODE_ATOMIC:
		return nullable(n->first);
	}
	return true;
}

static uint32_t emit_choice(struct compiler *c, const struct node *n, uint32_t body, uint32_t next)
{
	return n->lazy ? emit_split(c, next, body) : emit_split(c, body, next);
}

/* Emits an endless loop of which at least `once` is run. */
static uint32_t emit_loop(struct compiler *c, const struct node *n, bool once, uint32_t next)
{
	uint32_t head = emit_op(c, OP_SPLIT, next), body;
	struct inst *i;

	if (c->mode == COMPILE_BACKTRACK && nullable(n->first)) {
		c->prog->code[head].op = OP_LOOP;
		c->prog->code[head].arg = (uint32_t)c->prog->registers++;
	}
	body = emit(c, n->first, head);
	if (c->failed)
		return 0;
	i = &c->prog->code[head];
	i->next = n->lazy ? next : body;
	i->other = n->lazy ? body : next;
	i->flag = n->lazy;
	return once && i->op == OP_SPLIT ? body : head;
}

static uint32_t emit_repeat(struct compiler *c, const struct node *n, uint32_t next)
{
	int copies = n->min;

	if (n->max == NO_LIMIT) {
		/* what can match nothing does so once, for its submatches */
		bool once = copies == 0 && c->mode == COMPILE_FORWARD && nullable(n->first);
		uint32_t end = next;

		next = emit_loop(c, n, copies > 0 || once, next);
		if (once)
			next = emit_choice(c, n, next, end);
		if (!c->failed && copies > 0 && c->prog->code[next].op != OP_LOOP)
			copies--;
	} else {
		uint32_t end = next;

		for (int i = n->min; i < n->max && !c->failed; i++)
			next = emit_choice(c, n, emit(c, n->first, next), end);
	}
	for (; copies > 0 && !c->failed; copies--)
		next = emit(c, n->first, next);
	return next;
}

static uint32_t emit_any_text(struct compiler *c, uint32_t next)
{
	uint32_t head = emit_op(c, OP_SPLIT, next), body = emit_op(c, OP_ANY_BYTE, head);

	if (c->failed)
		return 0;
	c->prog->code[head].next = body;
	c->prog->code[head].other = next;
	return head;
}

/* What only backtracking can match, as something that matches at least as much. */
static uint32_t emit_approximation(struct compiler *c, const struct node *n, uint32_t next)
{
	const struct node *group;

	switch (n->kind) {
	case NODE_BACKREF:
		group = n->index < c->groups_count ? c->groups[n->index] : NULL;
		if (!group || c->backref_depth >= BACKREF_DEPTH || n->icase)
			return emit_any_text(c, next);
		c->backref_depth++;
		next = emit(c, group->first, next);
		c->backref_depth--;
		return next;
	case NODE_ATOMIC:
		return emit(c, n->first, next);
	case NODE_COND:
		return emit_split(c, emit(c, n->first, next), emit(c, n->first->next, next));
	case NODE_CALL:
		return emit_any_text(c, next);
	}
	return next;
}

static uint32_t emit_body(struct compiler *c, enum op op, const struct node *body, uint32_t next)
{
	uint32_t end = emit_op(c, OP_MATCH, 0), start = emit(c, body, end), pc = emit_op(c, op, next);

	c->prog->code[pc].other = start;
	return pc;
}

static uint32_t emit_special(struct compiler *c, const struct node *n, uint32_t next)
{
	uint32_t pc, no;

	if (c->mode != COMPILE_BACKTRACK)
		return emit_approximation(c, n, next);
	switch (n->kind) {
	case NODE_BACKREF:
		pc = emit_arg(c, OP_BACKREF, n->index, next);
		c->prog->code[pc].flag = n->icase;
		return pc;
	case NODE_LOOK:
		pc = emit_body(c, OP_LOOK, n->first, next);
		c->prog->code[pc].flag = (uint8_t)(n->negate | n->behind << 1);
		c->prog->code[pc].arg = (uint32_t)n->min;
		return pc;
	case NODE_ATOMIC:
		return emit_body(c, OP_ATOMIC, n->first, next);
	case NODE_COND:
		no = emit(c, n->first->next, next);
		next = emit(c, n->first, next);
		if (n->test) {
			/* the test is a lookaround; arg 0 says that it is at `owner` */
			uint32_t test = emit(c, n->test, next);

			pc = emit_arg(c, OP_COND, 0, next);
			c->prog->code[pc].owner = test;
		} else {
			pc = emit_arg(c, OP_COND, n->index, next);
		}
		c->prog->code[pc].other = no;
		return pc;
	case NODE_CALL:
		return emit_arg(c, OP_CALL, n->index, next);
	case NODE_KEEP:
		return emit_op(c, OP_KEEP, next);
	}
	return next;
}

static uint32_t emit_group(struct compiler *c, const struct node *n, uint32_t next)
{
	uint32_t start;

	if (c->mode == COMPILE_BACKWARD || c->backref_depth > 0)
		return emit(c, n->first, next);
	next = emit_arg(c, OP_SAVE, 2 * n->index + 1, next);
	next = emit(c, n->first, next);
	start = emit_arg(c, OP_SAVE, 2 * n->index, next);
	if (c->mode == COMPILE_BACKTRACK)
		c->prog->group_start[n->index] = start;
	return start;
}

/* Emits the instructions of a node that go on to `next`; returns the first of them. */
static uint32_t emit(struct compiler *c, const struct node *n, uint32_t next)
{
	uint32_t pc;

	if (c->failed)
		return 0;
	switch (n->kind) {
	case NODE_EMPTY:
		return next;
	case NODE_CHAR:
		return emit_char(c, n, next);
	case NODE_SET:
		pc = emit_op(c, OP_SET, next);
		c->prog->code[pc].set = n->set;
		return pc;
	case NODE_ANY_BYTE:
		return emit_op(c, OP_ANY_BYTE, next);
	case NODE_FAIL:
		return emit_op(c, OP_FAIL, next);
	case NODE_CAT:
		return emit_cat(c, n, next);
	case NODE_ALT:
		return emit_alt(c, n, next);
	case NODE_REPEAT:
		return emit_repeat(c, n, next);
	case NODE_GROUP:
		return emit_group(c, n, next);
	case NODE_ASSERT:
		if (n->index == AT_SEARCH_START && c->mode != COMPILE_BACKTRACK)
			return next;
		return emit_arg(c, OP_ASSERT, n->index, next);
	}
	return emit_special(c, n, next);
}

static void find_groups(struct compiler *c, const struct node *n)
{
	for (; n; n = n->next) {
		if (n->kind == NODE_GROUP && n->index < c->groups_count && !c->groups[n->index])
			c->groups[n->index] = n;
		find_groups(c, n->first);
		if (n->test)
			find_groups(c, n->test);
	}
}

bool program_make(struct program *prog, const struct node *tree, size_t groups, enum compile_mode mode)
{
	struct compiler c = { .prog = prog, .mode = mode, .groups_count = groups + 1 };
	uint32_t end;

	*prog = (struct program){ .backward = mode == COMPILE_BACKWARD };
	c.groups = memory_resize(NULL, (groups + 1) * sizeof *c.groups);
	memset(c.groups, 0, (groups + 1) * sizeof *c.groups);
	if (mode == COMPILE_BACKTRACK) {
		prog->group_start = memory_resize(NULL, (groups + 1) * sizeof *prog->group_start);
		memset(prog->group_start, 0, (groups + 1) * sizeof *prog->group_start);
	}
	find_groups(&c, tree);
	end = emit_op(&c, OP_MATCH, 0);
	prog->start = emit(&c, tree, end);
	free(c.groups);
	return !c.failed;
}

void program_free(struct program *prog)
{
	free(prog->code);
	free(prog->group_start);
	*prog = (struct program){ 0 };
}

bool assertion_needs_before(unsigned what)
{
	return what != AT_LINE_END && what != AT_TEXT_END && what != AT_LAST_LINE && what != NO_WORD_AFTER;
}

bool assertion_needs_after(unsigned what)
{
	return what != AT_LINE_START && what != AT_TEXT_START && what != NO_WORD_BEFORE;
}

bool assertion_holds(unsigned what, unsigned context, bool lines)
{
	bool before = context & BEFORE_WORD, after = context & AFTER_WORD;

	switch (what) {
	case AT_LINE_START:
		return (context & (BEFORE_TEXT | NOT_LINE_START)) == BEFORE_TEXT ||
		       (lines && context & BEFORE_NEWLINE);
	case AT_LINE_END:
		return (context & (AFTER_TEXT | NOT_LINE_END)) == AFTER_TEXT ||
		       (lines && context & AFTER_NEWLINE);
	case AT_TEXT_START:
		return context & BEFORE_TEXT;
	case AT_TEXT_END:
		return context & AFTER_TEXT;
	case AT_LAST_LINE:
		return context & (AFTER_TEXT | AFTER_LAST_NEWLINE);
	case AT_WORD_EDGE:
		return before != after;
	case AT_NO_WORD_EDGE:
		return before == after;
	case AT_WORD_START:
		return !before && after;
	case AT_WORD_END:
		return before && !after;
	case NO_WORD_BEFORE:
		return !before;
	case NO_WORD_AFTER:
		return !after;
	}
	return false;
}

/* Returns the instruction that waits for the rest of a character of the set at `owner`: `left` bytes (or with `left` seen
 * of a backward program). */
static uint32_t continuation(struct program *prog, uint32_t owner, unsigned left, uint32_t bits, bool full)
{
	uint32_t pc = prog->code[owner].other;
	struct inst *i;

	for (; pc != NO_INST; pc = prog->code[pc].other)
		if (prog->code[pc].byte == left && prog->code[pc].flag == full && prog->code[pc].arg == bits)
			return pc;
	pc = add(prog, prog->backward ? OP_BACK_CONT : OP_CONT, prog->code[owner].next);
	i = &prog->code[pc];
	i->byte = (uint8_t)left;
	i->flag = full;
	i->arg = bits;
	i->owner = owner;
	i->set = prog->code[owner].set;
	i->other = prog->code[owner].other;
	prog->code[owner].other = pc;
	return pc;
}

/* The same for `left` bytes behind the valid beginning `bits`, having looked whether it depends on them. */
static uint32_t forward_rest(struct program *prog, uint32_t owner, unsigned left, uint32_t bits)
{
	const struct set *s = prog->code[owner].set;
	unsigned members = 0;

	if (s->high == HIGH_ALL)
		return continuation(prog, owner, left, 0, true);
	if (left > 1)
		return continuation(prog, owner, left, bits, false);
	for (uint32_t low = 0; low < 64; low++)
		members += set_has(s, bits << 6 | low);
	if (members == 0)
		return NO_INST;
	return members == 64 ? continuation(prog, owner, 1, 0, true)
			     : continuation(prog, owner, 1, bits, false);
}

static uint32_t step_set(struct program *prog, uint32_t pc, unsigned char b)
{
	const struct set *s = prog->code[pc].set;
	bool strict;

	if (b < 0x80 || s->bytes)
		return set_has_byte(s, b) ? prog->code[pc].next : NO_INST;
	if (s->high == HIGH_NONE)
		return NO_INST;
	if (prog->backward)
		return b < 0xc0 ? continuation(prog, pc, 1, s->high == HIGH_ALL ? b & 0x30 : b & 0x3f, false)
				: NO_INST;
	if (b < 0xc2 || b > 0xf4)
		return NO_INST;
	if (b < 0xe0)
		return forward_rest(prog, pc, 1, b & 0x1f);
	strict = b == 0xe0 || b == 0xed || b == 0xf0 || b == 0xf4;
	if (strict)
		return continuation(prog, pc, b < 0xf0 ? 2 : 3, b & 0xf, false);
	return forward_rest(prog, pc, b < 0xf0 ? 2 : 3, b & 0xf);
}

static uint32_t step_forward(struct program *prog, uint32_t pc, unsigned char b)
{
	const struct inst *i = &prog->code[pc];
	unsigned left = i->byte - 1u;
	uint32_t bits = i->arg << 6 | (b & 0x3f);

	if (b < 0x80 || b > 0xbf)
		return NO_INST;
	if (i->flag)
		return left ? continuation(prog, i->owner, left, 0, true) : i->next;
	if (left == 0)
		return set_has(i->set, bits) ? i->next : NO_INST;
	if (left == 1 && (bits < 0x20 || bits >> 5 == 0x1b))
		return NO_INST;
	if (left == 2 && (bits < 0x10 || bits > 0x10f))
		return NO_INST;
	return forward_rest(prog, i->owner, left, bits);
}

static uint32_t step_backward(struct program *prog, uint32_t pc, unsigned char b)
{
	const struct inst *i = &prog->code[pc];
	unsigned seen = i->byte;
	uint32_t cp;

	if (b < 0x80)
		return NO_INST;
	if (b < 0xc0) {
		if (seen == 3)
			return NO_INST;
		cp = i->set->high == HIGH_ALL ? (b & 0x30u) << 6 * seen : i->arg | (b & 0x3fu) << 6 * seen;
		return continuation(prog, i->owner, seen + 1, cp, false);
	}
	if (b < 0xc2 || b > 0xf4 || seen != (b < 0xe0 ? 1u : b < 0xf0 ? 2u : 3u))
		return NO_INST;
	cp = (b & (0x3fu >> seen)) << 6 * seen | i->arg;
	if (seen == 2 && (cp < 0x800 || cp >> 11 == 0x1b))
		return NO_INST;
	if (seen == 3 && (cp < 0x10000 || cp > 0x10ffff))
		return NO_INST;
	return set_has(i->set, cp) ? i->next : NO_INST;
}

uint32_t program_step(struct program *prog, uint32_t pc, unsigned char b)
{
	const struct inst *i = &prog->code[pc];

	switch (i->op) {
	case OP_BYTE:
		return i->byte == b ? i->next : NO_INST;
	case OP_ANY_BYTE:
		return i->next;
	case OP_SET:
		return step_set(prog, pc, b);
	case OP_CONT:
		return step_forward(prog, pc, b);
	case OP_BACK_CONT:
		return step_backward(prog, pc, b);
	}
	return NO_INST;
}

/* Splits the classes by whether a bit is set for their bytes. */
static void refine(uint8_t *classes, size_t *count, const uint32_t bits[8])
{
	int16_t split[256];

	memset(split, -1, sizeof split);
	for (int pass = 0; pass < 2; pass++)
		for (unsigned b = 0; b < 256; b++) {
			uint8_t c = classes[b];
			bool in = bits[b / 32] >> b % 32 & 1;

			if (pass == 0) {
				int seen = in ? 2 : 1;

				split[c] = (int16_t)(split[c] < 0 ? seen : split[c] | seen);
			} else if (in && c < *count && split[c] == 3) {
				/* has bytes of both kinds: those with the bit move to a new class */
				int16_t fresh = (int16_t)*count;

				for (unsigned k = b; k < 256; k++)
					if (classes[k] == c && bits[k / 32] >> k % 32 & 1)
						classes[k] = (uint8_t)fresh;
				split[c] = 0;
				if (fresh < 256)
					split[fresh] = 0;
				(*count)++;
			}
		}
}

static void refine_range(struct regex *re, unsigned low, unsigned high)
{
	uint32_t bits[8] = { 0 };

	for (unsigned b = low; b <= high; b++)
		bits[b / 32] |= 1u << b % 32;
	refine(re->classes, &re->classes_count, bits);
}

void program_classes(struct regex *re)
{
	static const uint8_t edges[] = { 0x80, 0x90, 0xa0, 0xc0, 0xc2, 0xe0, 0xe1,
					 0xed, 0xee, 0xf0, 0xf1, 0xf4, 0xf5 };
	bool single[256] = { ['\n'] = true, [0] = true };
	bool all = false, some = false;
	const struct set *last = NULL;

	memset(re->classes, 0, sizeof re->classes);
	re->classes_count = 1;
	for (size_t i = 0; i < re->forward.count; i++) {
		const struct inst *in = &re->forward.code[i];

		if (in->op == OP_BYTE)
			single[in->byte] = true;
		if (in->op != OP_SET || in->set == last)
			continue;
		last = in->set;
		refine(re->classes, &re->classes_count, last->bits);
		all |= last->high == HIGH_ALL;
		some |= last->high == HIGH_SOME;
	}
	if (re->needs & NEEDS_WORD) {
		refine_range(re, '0', '9');
		refine_range(re, 'A', 'Z');
		refine_range(re, 'a', 'z');
		single['_'] = true;
		if (re->utf8)
			refine_range(re, 0x80, 0xff);
	}
	for (size_t i = 0; all && !some && i < sizeof edges; i++)
		refine_range(re, edges[i], 0xff);
	for (unsigned b = 0; b < 256; b++)
		if (single[b] || (some && b >= 0x80))
			refine_range(re, b, b);
	for (unsigned b = 256; b-- > 0;)
		re->class_byte[re->classes[b]] = (uint8_t)b;
}
