/* lines.c - reading lines one after the other, with the one before still at hand
 *
 * hot: uniq, comm and join spend their time here
 */
#include <stdint.h>
#include "arena.h"
#include "lines.h"
#include "memsearch.h"

void lines_open(struct lines *l, int fd, char delimiter)
{
	struct reader r = { .buf = l->r.buf, .size = l->r.size };

	*l = (struct lines){ .r = r, .delimiter = delimiter };
	reader_open(&l->r, fd);
}

/* Makes room for a delimiter after the last line, and puts it there. */
static void end_last_line(struct lines *l)
{
	struct reader *r = &l->r;

	if (r->end == r->size) {
		r->buf = arena_grow(r->buf, r->size, 2 * r->size);
		r->size *= 2;
	}
	r->buf[r->end++] = l->delimiter;
}

bool lines_next(struct lines *l)
{
	struct reader *r = &l->r;
	size_t before = l->line ? l->len + 1 : 0, seen = 0;
	const char *end;

	/* what is not consumed begins with the line that was current and is now the one before */
	if (l->line)
		r->pos = (size_t)(l->line - r->buf);
	for (;;) {
		const char *from = r->buf + r->pos + before + seen;
		size_t left = (size_t)(r->buf + r->end - from);

		end = mem_chr(from, l->delimiter, left);
		if (end)
			break;
		seen += left;
		if (reader_fill(r))
			continue;
		if (seen == 0) {
			l->prev = before ? r->buf + r->pos : NULL;
			l->prev_len = l->len;
			l->line = NULL;
			return false;
		}
		end_last_line(l);
		end = r->buf + r->end - 1;
		break;
	}
	l->prev = before ? r->buf + r->pos : NULL;
	l->prev_len = l->len;
	l->line = r->buf + r->pos + before;
	l->len = (size_t)(end - l->line);
	return true;
}
