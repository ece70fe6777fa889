/* out.c - buffered output */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arena.h"
#include "in.h"
#include "late_bss.h"
#include "out.h"

enum { WRITER_SIZE = 65536 };

static char std_buffer[WRITER_SIZE] LATE_BSS;
struct writer std_out = { .fd = STDOUT_FILENO };

int write_all(int fd, const void *p, size_t len)
{
	const char *at = p;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

void writer_open(struct writer *w, int fd)
{
	*w = (struct writer){ .fd = fd };
}

/* Does what stdbuf(1) asked for standard output: by lines, or with a buffer of so many bytes, of which 1 is none. */
static void heed_stdbuf(struct writer *w)
{
	const char *mode = getenv("_STDBUF_O");
	unsigned long size;

	if (!mode)
		return;
	size = strtoul(mode, NULL, 10);
	w->lines = *mode == 'L';
	if (!w->lines && size < WRITER_SIZE)
		w->size = size ? size : 1;
}

/* Gives a writer its buffer at its first byte, or a larger one when it only gathers. */
static void prepare(struct writer *w)
{
	if (w->fd < 0) {
		size_t size = w->size ? 2 * w->size : 1024;

		char *more = realloc(w->buf, size);

		/* not the arena's: the applet may put that back while it writes */
		if (!more)
			arena_exhausted();
		w->buf = more;
		w->size = size;
		return;
	}
	w->buf = w == &std_out ? std_buffer : arena_alloc(WRITER_SIZE);
	w->size = WRITER_SIZE;
	w->lines = w == &std_out && isatty(w->fd);
	if (w == &std_out)
		heed_stdbuf(w);
}

static void put(struct writer *w, const void *p, size_t len)
{
	if (!w->error && write_all(w->fd, p, len) < 0)
		w->error = errno;
}

int writer_flush(struct writer *w)
{
	if (w->len > 0 && w->fd >= 0) {
		put(w, w->buf, w->len);
		w->len = 0;
	}
	return w->error ? -1 : 0;
}

int writer_close(struct writer *w)
{
	int failed = writer_flush(w);

	if (close_file(w->fd) < 0 && !w->error)
		w->error = errno;
	if (w->error)
		errno = w->error;
	return failed || w->error ? -1 : 0;
}

void writer_mem(struct writer *w, const void *p, size_t len)
{
	while (w->len + len >= w->size) {
		if (w->size == 0 || w->fd < 0) {
			prepare(w);
			continue;
		}
		if (w->len == 0) {
			put(w, p, len);
			return;
		}
		writer_flush(w);
	}
	if (len == 0)
		return;
	memcpy(w->buf + w->len, p, len);
	w->len += len;
	if (w->lines && memchr(p, '\n', len))
		writer_flush(w);
}

void writer_char_slowly(struct writer *w, char c)
{
	writer_mem(w, &c, 1);
}

void writer_fill(struct writer *w, int c, size_t count)
{
	while (count-- > 0)
		writer_char(w, (char)c);
}

void writer_vfmt(struct writer *w, const char *fmt, va_list args)
{
	char line[512];
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(line, sizeof(line), fmt, args);
	if (n >= (int)sizeof(line)) {
		struct arena_mark mark = arena_mark();
		char *text = arena_alloc((size_t)n + 1);

		vsnprintf(text, (size_t)n + 1, fmt, again);
		writer_mem(w, text, (size_t)n);
		if (w->fd >= 0)
			arena_release(mark);
	} else if (n > 0) {
		writer_mem(w, line, (size_t)n);
	}
	va_end(again);
}

void writer_fmt(struct writer *w, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	writer_vfmt(w, fmt, args);
	va_end(args);
}

void writer_num(struct writer *w, uintmax_t n, int width)
{
	char digits[24];
	char *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	for (width -= (int)(digits + sizeof(digits) - p); width > 0; width--)
		writer_char(w, ' ');
	writer_mem(w, p, (size_t)(digits + sizeof(digits) - p));
}

void out_char(char c)
{
	writer_char(&std_out, c);
}

void out_str(const char *s)
{
	writer_mem(&std_out, s, strlen(s));
}

void out_line(const char *s)
{
	out_str(s);
	out_char('\n');
}

void out_mem(const void *p, size_t len)
{
	writer_mem(&std_out, p, len);
}

void out_fill(int c, size_t count)
{
	writer_fill(&std_out, c, count);
}

void out_fmt(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	writer_vfmt(&std_out, fmt, args);
	va_end(args);
}

void out_num(uintmax_t n, int width)
{
	writer_num(&std_out, n, width);
}

int out_flush(void)
{
	return writer_flush(&std_out);
}

bool out_failed(void)
{
	return std_out.error != 0;
}
