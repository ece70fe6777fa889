/* memory.c - the shell's memory: strings, its stack, pools for trees
 */
#include "sh.h"

void *sh_xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		die_status(2, "memory exhausted");
	return p;
}

void *sh_xrealloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		die_status(2, "memory exhausted");
	return p;
}

char *sh_xmemdup(const char *s, size_t len)
{
	char *copy = sh_xmalloc(len + 1);

	memcpy(copy, s, len);
	copy[len] = 0;
	return copy;
}

char *sh_xstrdup(const char *s)
{
	return sh_xmemdup(s, strlen(s));
}

/* ---- strings ---- */

void sh_sbuf_room(struct sbuf *b, size_t more)
{
	size_t need = b->len + more + 1, cap = b->cap ? b->cap : 64;

	if (need <= b->cap)
		return;
	while (cap < need)
		cap *= 2;
	b->p = sh_xrealloc(b->p, cap);
	b->cap = cap;
}

const char *sh_sbuf_text_of(struct sbuf *b)
{
	return sh_sbuf_text(b);
}

void sh_sbuf_mem(struct sbuf *b, const void *p, size_t len)
{
	if (b->len + len + 1 > b->cap)
		sh_sbuf_room(b, len);
	memcpy(b->p + b->len, p, len);
	b->len += len;
}

void sh_sbuf_str(struct sbuf *b, const char *s)
{
	sh_sbuf_mem(b, s, strlen(s));
}

void sh_sbuf_fmt(struct sbuf *b, const char *fmt, ...)
{
	va_list args, again;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n > 0) {
		sh_sbuf_room(b, (size_t)n + 1);
		vsnprintf(b->p + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

struct sbuf *sh_buffer_take(struct shell *sh)
{
	struct sbuf *b;

	if (sh->buffers_used == sh->buffers_made) {
		sh->buffers = sh_xrealloc(sh->buffers, (sh->buffers_made + 1) * sizeof(*sh->buffers));
		sh->buffers[sh->buffers_made] = sh_xmalloc(sizeof(struct sbuf));
		*sh->buffers[sh->buffers_made++] = (struct sbuf){ 0 };
	}
	b = sh->buffers[sh->buffers_used++];
	b->len = 0;
	if (b->cap > 1 << 20) {
		free(b->p);
		*b = (struct sbuf){ 0 };
	}
	return b;
}

/* ---- the stack ---- */

enum { BLOCK = 32768 - 64, HEADER = (sizeof(struct block) + 15) & ~15 };

/* Takes `size` bytes from a new block. */
void *sh_stack_more(struct shell *sh, size_t size)
{
	size_t whole = HEADER + size > BLOCK ? HEADER + size : BLOCK;
	struct block *b = sh->stack_spare;

	if (b && b->size >= whole) {
		sh->stack_spare = NULL;
	} else {
		b = sh_xmalloc(whole);
		b->size = whole;
	}
	b->below = sh->stack_block;
	sh->stack_block = b;
	sh->stack_at = (char *)b + HEADER + size;
	sh->stack_end = (char *)b + b->size;
	return (char *)b + HEADER;
}

void sh_stack_release(struct shell *sh, struct mark m)
{
	while (sh->stack_block != m.block) {
		struct block *b = sh->stack_block;

		sh->stack_block = b->below;
		if (!sh->stack_spare && b->size == BLOCK)
			sh->stack_spare = b;
		else
			free(b);
	}
	sh->stack_at = m.at;
	sh->stack_end = m.block ? (char *)m.block + m.block->size : NULL;
}

char *sh_stack_text(struct shell *sh, const char *s, size_t len)
{
	char *p = sh_stack_alloc(sh, len + 1);

	memcpy(p, s, len);
	p[len] = 0;
	return p;
}

char *sh_stack_printf(struct shell *sh, const char *fmt, ...)
{
	va_list args, again;
	char *p;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	p = sh_stack_alloc(sh, (size_t)(n < 0 ? 0 : n) + 1);
	*p = 0;
	vsnprintf(p, (size_t)(n < 0 ? 0 : n) + 1, fmt, again);
	va_end(again);
	return p;
}

void sh_fields_grow(struct shell *sh, struct fields *f)
{
	size_t cap = f->cap ? 2 * f->cap : 16;
	char **v = sh_stack_alloc(sh, cap * sizeof(*v));

	if (f->count)
		memcpy(v, f->v, f->count * sizeof(*v));
	v[f->count] = NULL;
	f->v = v;
	f->cap = cap;
}

/* ---- pools ---- */

struct pool *sh_pool_new(struct shell *sh)
{
	struct pool *p = sh_xmalloc(sizeof(*p));

	*p = (struct pool){ .uses = 1, .sh = sh };
	return p;
}

enum { CHUNK = 4080 - sizeof(struct pool_chunk), CHUNKS_KEPT = 32 };

/* Adds a chunk with this much room, or what all usually have. */
static void more_chunk(struct pool *p, size_t size)
{
	struct pool_chunk *c = p->sh->chunks;
	size_t room = size > CHUNK ? size : p->chunks || c || size > 1000 ? (size_t)CHUNK : 1000;

	if (c && room == CHUNK) {
		p->sh->chunks = c->next;
		p->sh->chunks_count--;
	} else {
		c = sh_xmalloc(sizeof(*c) + room);
		c->room = room;
	}
	c->next = p->chunks;
	p->chunks = c;
	p->at = (char *)(c + 1);
	p->end = p->at + room;
}

void *sh_tree_alloc(struct pool *p, size_t size)
{
	char *at;

	size = (size + 7) & ~(size_t)7;
	if (size > (size_t)(p->end - p->at))
		more_chunk(p, size);
	at = p->at;
	p->at += size;
	return memset(at, 0, size);
}

void sh_pool_drop(struct shell *sh, struct pool *p)
{
	if (!p || --p->uses > 0)
		return;
	sh->command = NULL;
	while (p->chunks) {
		struct pool_chunk *c = p->chunks;

		p->chunks = c->next;
		if (c->room == CHUNK && sh->chunks_count < CHUNKS_KEPT) {
			c->next = sh->chunks;
			sh->chunks = c;
			sh->chunks_count++;
		} else {
			free(c);
		}
	}
	free(p);
}

void sh_sbuf_read(struct sbuf *b, int fd)
{
	enum { PART = 65536 };
	ssize_t n;

	do {
		sh_sbuf_room(b, PART);
		n = read_some(fd, b->p + b->len, PART);
		b->len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	close(fd);
}

void sh_sbuf_char(struct sbuf *b, char c)
{
	if (b->len + 1 >= b->cap)
		sh_sbuf_room(b, 1);
	b->p[b->len++] = c;
}

char *sh_sbuf_text(struct sbuf *b)
{
	if (b->len + 1 > b->cap)
		sh_sbuf_room(b, 1);
	b->p[b->len] = 0;
	return b->p;
}

void *sh_stack_alloc(struct shell *sh, size_t size)
{
	char *p = sh->stack_at;

	size = (size + 7) & ~(size_t)7;
	if (size > (size_t)(sh->stack_end - p))
		return sh_stack_more(sh, size);
	sh->stack_at = p + size;
	return p;
}

void sh_fields_add(struct shell *sh, struct fields *f, char *s)
{
	if (f->count + 1 >= f->cap)
		sh_fields_grow(sh, f);
	f->v[f->count++] = s;
	f->v[f->count] = NULL;
}
