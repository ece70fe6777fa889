/* in.h - buffered input, opening and closing files */
#ifndef IN_H
#define IN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Size of the blocks that files are read in. */
#define IO_BLOCK 131072

/* read(2) with EINTR handled: 1 to `size` bytes, 0 at the end of the file, -1 with errno set. */
ssize_t read_some(int fd, void *buf, size_t size);

/* Reads until `size` bytes are there or the file ends; returns how many, or -1 with errno set. */
ssize_t read_all(int fd, void *buf, size_t size);

/* The whole of `fd` in the arena, with a NUL after it that *len does not count. NULL with errno set on error. */
char *read_file(int fd, size_t *len);

/* Reads an answer, a line. Returns whether it begins with y or Y. */
bool read_yes(int fd);

/* open(2) with O_CLOEXEC and O_NOCTTY and EINTR handled; the number is never that of a standard stream, closed or not.
 * The runner closes the file if the applet does not. */
int open_file(const char *path, int flags, mode_t mode);
int open_file_at(int dir, const char *path, int flags, mode_t mode);

/* Opens for reading; `-` is standard input. Returns -1 with errno set on error. */
int open_input(const char *path);

/* Closes what one of these opened; standard input is left alone. Returns 0, or -1 with errno set. */
int close_file(int fd);

/* Tells the runner of a file that the applet got in another way (pipe, socket), so that it is closed too. */
int own_file(int fd);

struct reader {
	int fd;
	char *buf;
	size_t pos, end; /* what is not consumed yet is buf[pos..end) */
	size_t size;
	bool eof;
	int error; /* errno of a failed read, which also ends the input; or 0 */
};

/* Sets `r` up to read `fd`; its buffer comes from the arena and can be used again for another file by
 * setting it up again. A new reader is zeroed first. */
void reader_open(struct reader *r, int fd);

/* Reads more, keeping what is not consumed. Returns false at the end of the file or on an error. */
bool reader_fill(struct reader *r);

/* Returns the next byte, or -1 at the end. */
int reader_byte(struct reader *r);

/* Returns the next line, of any length and with its `delimiter` if it has one, and its length in *len. It stays
 * valid until the next call. NULL at the end of the input. */
char *reader_line(struct reader *r, size_t *len, char delimiter);

#endif
