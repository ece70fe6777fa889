/* buf.c - a growable string in the arena */
#include <stdio.h>
#include <string.h>
#include "arena.h"
#include "buf.h"

char *buf_room(struct buf *b, size_t more)
{
	size_t need;

	if (__builtin_add_overflow(b->len, more, &need) || need > (size_t)-1 / 4)
		die("memory exhausted");
	if (need + 1 > b->size) {
		size_t size = b->size * 2 > need + 1 ? b->size * 2 : need + 32;

		b->data = arena_grow(b->data, b->size, size);
		b->size = size;
	}
	return b->data + b->len;
}

void buf_mem(struct buf *b, const void *p, size_t len)
{
	char *to = buf_room(b, len);

	if (len)
		memcpy(to, p, len);
	buf_cut(b, b->len + len);
}

void buf_str(struct buf *b, const char *s)
{
	buf_mem(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_mem(b, &c, 1);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	buf_room(b, (size_t)n);
	va_start(args, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, args);
	va_end(args);
	b->len += (size_t)n;
}

void buf_cut(struct buf *b, size_t len)
{
	b->len = len;
	b->data[len] = 0;
}
