/* out.h - buffered output
 *
 * A writer gathers 64 KiB for one write(2). The standard output's is line-buffered on a terminal. The first
 * failed write is remembered and later output dropped; the runner reports it for standard output, whoever
 * opened another writer asks writer_close().
 */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "run.h"

struct writer {
	char *buf;
	size_t len;  /* bytes waiting in buf */
	size_t size; /* of buf; 0 until the first byte */
	int fd;      /* -1: gather everything in buf, which then grows */
	int error;   /* errno of the first failed write, or 0 */
	bool lines;  /* flush after each newline */
};

/* The writer of the running applet's standard output. */
extern struct writer std_out;

/* Sets `w` up to write to `fd`, with a buffer from the arena. */
void writer_open(struct writer *w, int fd);

/* Writes out what is waiting. Returns 0, or -1 when this or an earlier write failed (w->error tells why). */
int writer_flush(struct writer *w);

/* Flushes and closes; returns 0, or -1 with errno set to the first error of any write or of close(2). */
int writer_close(struct writer *w);

/* Append bytes, a string, a character repeated, formatted text. */
void writer_mem(struct writer *w, const void *p, size_t len);
void writer_fill(struct writer *w, int c, size_t count);
void writer_fmt(struct writer *w, const char *fmt, ...) PRINTF(2, 3);
void writer_vfmt(struct writer *w, const char *fmt, va_list args);

/* Appends a decimal number, padded with blanks on the left to `width` columns. */
void writer_num(struct writer *w, uintmax_t n, int width);

/* What writer_char() does when the buffer is full, or the line is. */
void writer_char_slowly(struct writer *w, char c);

static inline void writer_char(struct writer *w, char c)
{
	if (w->len + 1 >= w->size || (w->lines && c == '\n'))
		writer_char_slowly(w, c);
	else
		w->buf[w->len++] = c;
}

static inline void writer_str(struct writer *w, const char *s)
{
	writer_mem(w, s, strlen(s));
}

/* The same for standard output. */
void out_char(char c);
void out_str(const char *s);
void out_line(const char *s); /* s and a newline */
void out_mem(const void *p, size_t len);
void out_fill(int c, size_t count);
void out_fmt(const char *fmt, ...) PRINTF(1, 2);
void out_num(uintmax_t n, int width);
int out_flush(void);

/* Whether an earlier write to standard output failed: a reason to stop an endless producer. */
bool out_failed(void);

/* write(2) until all is written, EINTR and short writes handled. Returns 0, or -1 with errno set. */
int write_all(int fd, const void *p, size_t len);

#endif
