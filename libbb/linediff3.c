/* linediff3.c - what two texts make of a common one: what diff3 and patch --merge are made of */
#include "arena.h"
#include "linediff.h"

size_t linediff_merge(const struct linediff_change *const changes[2], const size_t counts[2],
		      struct linediff_block **blocks)
{
	size_t next[2] = { 0, 0 }, shift[2] = { 0, 0 }, count = 0, size = 0; /* shift: modulo SIZE_MAX + 1 */

	for (*blocks = NULL; next[0] < counts[0] || next[1] < counts[1]; count++) {
		int first = next[0] == counts[0] ||
			    (next[1] < counts[1] && changes[1][next[1]].at[0] < changes[0][next[0]].at[0]);
		size_t from = changes[first][next[first]].at[0], to = from;
		struct linediff_block b = { .at = { from, from + shift[0], from + shift[1] } };
		bool more = true;

		while (more) {
			more = false;
			for (int i = 0; i < 2; i++)
				while (next[i] < counts[i] && changes[i][next[i]].at[0] <= to) {
					const struct linediff_change *c = &changes[i][next[i]++];

					if (c->at[0] + c->counts[0] > to)
						to = c->at[0] + c->counts[0];
					shift[i] += c->counts[1] - c->counts[0];
					b.changed[i + 1] = more = true;
				}
		}
		b.counts[0] = to - from;
		for (int i = 0; i < 2; i++)
			b.counts[i + 1] = to + shift[i] - b.at[i + 1];
		*blocks = arena_reserve(*blocks, count, &size, sizeof(b));
		(*blocks)[count] = b;
	}
	return count;
}
