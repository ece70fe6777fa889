/* onepass.c - submatches where each byte of the match leaves only one way to go on
 *
 * The match is known already, and so it is no question whether conditions like ^ hold on the only way to it. The ways are
 * found out as they are needed; when a byte turns out to leave two, pike.c does the work from then on.
 *
 * hot: the groups of sed's s
 */
#include <stdlib.h>
#include <string.h>
#include "regex_internal.h"

enum { GROUPS_MAX = 31, NODES_MAX = 2000 };

/* Where a byte leads to, and which submatches begin or end before it. */
struct way {
	uint64_t slots;
	uint32_t node; /* UNKNOWN, NONE, or a node */
};

enum { UNKNOWN = -1, NONE = -2 };

/* A place in the program, with the threads that go on from it. */
struct place {
	uint32_t pc;
	bool matches;
	uint64_t match_slots;
	struct way *threads; /* node: the instruction */
	size_t count, size;
};

struct one_pass {
	struct place *places;
	struct way *ways; /* of each place, one for each class of bytes */
	size_t count, size, ways_size;
	bool failed;
	bool *seen;
	size_t seen_size;
};

void one_pass_free(struct one_pass *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->count; i++)
		free(o->places[i].threads);
	free(o->places);
	free(o->ways);
	free(o->seen);
	free(o);
}

/* Adds the threads that the instruction leads to without reading; the first way to each counts. */
static void follow(const struct program *prog, struct one_pass *o, struct place *place, uint32_t pc,
		   uint64_t slots, int depth)
{
	while (!o->seen[pc] && !o->failed) {
		const struct inst *i = &prog->code[pc];

		o->seen[pc] = true;
		switch (i->op) {
		case OP_SPLIT:
			if (depth > 500)
				o->failed = true;
			else
				follow(prog, o, place, i->next, slots, depth + 1);
			pc = i->other;
			break;
		case OP_SAVE:
			slots |= 1ull << i->arg;
			pc = i->next;
			break;
		case OP_ASSERT:
			pc = i->next;
			break;
		case OP_MATCH:
			place->matches = true;
			place->match_slots = slots;
			return;
		case OP_FAIL:
			return;
		default:
			place->threads = memory_reserve(place->threads, place->count, &place->size,
							sizeof *place->threads);
			place->threads[place->count++] = (struct way){ slots, pc };
			return;
		}
	}
}

/* Returns the place behind an instruction. */
static uint32_t find_place(struct regex *re, struct one_pass *o, uint32_t pc)
{
	const struct program *prog = &re->forward;
	struct place *place;
	size_t classes = re->classes_count;

	for (size_t i = 0; i < o->count; i++)
		if (o->places[i].pc == pc)
			return (uint32_t)i;
	if (o->count == NODES_MAX) {
		o->failed = true;
		return 0;
	}
	if (o->seen_size < prog->count) {
		o->seen_size = 2 * prog->count;
		o->seen = memory_resize(o->seen, o->seen_size);
	}
	memset(o->seen, 0, prog->count);
	o->places = memory_reserve(o->places, o->count, &o->size, sizeof *o->places);
	if (o->ways_size < (o->count + 1) * classes) {
		o->ways_size = 2 * (o->count + 1) * classes;
		o->ways = memory_resize(o->ways, o->ways_size * sizeof *o->ways);
	}
	place = &o->places[o->count];
	*place = (struct place){ .pc = pc };
	for (size_t c = 0; c < classes; c++)
		o->ways[o->count * classes + c].node = (uint32_t)UNKNOWN;
	follow(prog, o, place, pc, 0, 0);
	return (uint32_t)o->count++;
}

struct one_pass *one_pass_make(struct regex *re)
{
	struct one_pass *o;

	if (re->groups > GROUPS_MAX)
		return NULL;
	o = memory_resize(NULL, sizeof *o);
	*o = (struct one_pass){ 0 };
	find_place(re, o, re->forward.start);
	return o;
}

/* Finds out where the bytes of a class lead to. */
static void find_way(struct regex *re, struct one_pass *o, uint32_t node, unsigned class)
{
	struct way way = { 0, (uint32_t)NONE };
	uint32_t to = NO_INST;

	for (size_t i = 0; i < o->places[node].count; i++) {
		const struct way *thread = &o->places[node].threads[i];
		uint32_t next = program_step(&re->forward, thread->node, re->class_byte[class]);

		if (next == NO_INST)
			continue;
		if (to != NO_INST) {
			o->failed = true;
			return;
		}
		to = next;
		way.slots = thread->slots;
	}
	if (to != NO_INST)
		way.node = find_place(re, o, to);
	o->ways[node * re->classes_count + class] = way;
}

static void set_slots(uint64_t slots, ptrdiff_t at, struct regex_span *spans, size_t count)
{
	for (; slots; slots &= slots - 1) {
		unsigned slot = (unsigned)__builtin_ctzll(slots);

		if (slot / 2 >= count)
			continue;
		if (slot % 2)
			spans[slot / 2].end = at;
		else
			spans[slot / 2].start = at;
	}
}

bool one_pass_run(struct regex *re, const char *text, struct regex_span *spans, size_t count)
{
	struct one_pass *o = re->one_pass;
	size_t classes = re->classes_count;
	uint32_t node = 0;
	ptrdiff_t end = spans[0].end;

	for (ptrdiff_t at = spans[0].start; at < end && !o->failed; at++) {
		unsigned class = re->classes[(uint8_t)text[at]];
		const struct way *way = &o->ways[node * classes + class];

		if (way->node == (uint32_t)UNKNOWN) {
			find_way(re, o, node, class);
			way = &o->ways[node * classes + class];
			if (o->failed)
				return false;
		}
		if (way->node == (uint32_t)NONE)
			return false;
		if (way->slots)
			set_slots(way->slots, at, spans, count);
		node = way->node;
	}
	if (o->failed || !o->places[node].matches)
		return false;
	set_slots(o->places[node].match_slots, end, spans, count);
	for (size_t g = 1; g < count; g++)
		if (spans[g].start < 0 || spans[g].end < spans[g].start)
			spans[g] = (struct regex_span){ -1, -1 };
	return true;
}
