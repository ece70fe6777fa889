/* buf.h - a growable string in the arena */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>
#include "run.h"

/* Zero it to begin. `data` is NUL-terminated once anything was added; it may move when the buffer grows. */
struct buf {
	char *data;
	size_t len;  /* without the NUL */
	size_t size; /* of data */
};

/* Makes room for `more` bytes and a NUL; returns where they go. buf->len stays. */
char *buf_room(struct buf *b, size_t more);

/* Append bytes, a string, a character, formatted text. */
void buf_mem(struct buf *b, const void *p, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);

/* Cuts the text to `len` bytes. */
void buf_cut(struct buf *b, size_t len);

#endif
