/* in.c - buffered input, opening and closing files */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "arena.h"
#include "in.h"
#include "memsearch.h"
#include "run_internal.h"

ssize_t read_some(int fd, void *buf, size_t size)
{
	ssize_t n;

	do
		n = read(fd, buf, size);
	while (n < 0 && errno == EINTR);
	return n;
}

ssize_t read_all(int fd, void *buf, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read_some(fd, (char *)buf + done, size - done);

		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

bool read_yes(int fd)
{
	char first = 0, c;

	for (bool begun = false; read_some(fd, &c, 1) == 1 && c != '\n'; begun = true)
		if (!begun)
			first = c;
	return first == 'y' || first == 'Y';
}

char *read_file(int fd, size_t *len)
{
	size_t size = IO_BLOCK, done = 0;
	struct stat st;
	char *text;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		size = (size_t)st.st_size + 2;
	text = arena_alloc(size);
	for (;;) {
		ssize_t n;

		if (size - done < 2) {
			text = arena_grow(text, size, 2 * size);
			size *= 2;
		}
		n = read_some(fd, text + done, size - done - 1);
		if (n < 0)
			return NULL;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	text[done] = 0;
	*len = done;
	return text;
}

int open_file_at(int dir, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dir, path, flags | O_CLOEXEC | O_NOCTTY, mode);
	while (fd < 0 && errno == EINTR);
	if (fd >= 0 && fd <= STDERR_FILENO) { /* it must not pass for a standard stream that is closed */
		int beside = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), code = errno;

		close(fd);
		errno = code;
		fd = beside;
	}
	return own_file(fd);
}

int open_file(const char *path, int flags, mode_t mode)
{
	return open_file_at(AT_FDCWD, path, flags, mode);
}

int open_input(const char *path)
{
	return strcmp(path, "-") == 0 ? STDIN_FILENO : open_file(path, O_RDONLY, 0);
}

int own_file(int fd)
{
	run_track(fd, true);
	return fd;
}

int close_file(int fd)
{
	if (fd == STDIN_FILENO)
		return 0;
	run_track(fd, false);
	return close(fd) < 0 && errno != EINTR ? -1 : 0;
}

void reader_open(struct reader *r, int fd)
{
	r->fd = fd;
	r->pos = r->end = 0;
	r->eof = false;
	r->error = 0;
	if (!r->buf) {
		r->size = IO_BLOCK;
		r->buf = arena_alloc(r->size);
	}
}

bool reader_fill(struct reader *r)
{
	ssize_t n;

	if (r->eof)
		return false;
	if (r->pos > 0) {
		r->end -= r->pos;
		memmove(r->buf, r->buf + r->pos, r->end);
		r->pos = 0;
	}
	if (r->end == r->size) {
		r->buf = arena_grow(r->buf, r->size, 2 * r->size);
		r->size *= 2;
	}
	n = read_some(r->fd, r->buf + r->end, r->size - r->end);
	if (n <= 0) {
		r->eof = true;
		r->error = n < 0 ? errno : 0;
		return false;
	}
	r->end += (size_t)n;
	return true;
}

int reader_byte(struct reader *r)
{
	if (r->pos == r->end && !reader_fill(r))
		return -1;
	return (unsigned char)r->buf[r->pos++];
}

char *reader_line(struct reader *r, size_t *len, char delimiter)
{
	size_t seen = r->pos, start;
	char *nl;

	while (!(nl = (char *)(uintptr_t)mem_chr(r->buf + seen, delimiter, r->end - seen))) {
		size_t waiting = r->end - r->pos;

		if (!reader_fill(r)) {
			if (r->end == r->pos)
				return NULL;
			nl = r->buf + r->end - 1;
			break;
		}
		seen = r->pos + waiting;
	}
	start = r->pos;
	*len = (size_t)(nl + 1 - (r->buf + start));
	r->pos += *len;
	return r->buf + start;
}
