/* head - write the first part of files
 *
 * usage: head [OPTION]... [FILE]...
 *
 *   -c, --bytes=[-]NUM...      the first NUM bytes; with - all but the last NUM
 *   -n, --lines=[-]NUM...      the first NUM lines, 10 if not given; with - all but the last NUM
 *   -q, --quiet, --silent      no headers with file names
 *   -v, --verbose              headers, also with one FILE
 *   -z, --zero-terminated      lines end with NUL, not with a newline
 *
 * NUM may end in b (512), K, M, G, T, P, E, Z, Y, R, Q (powers of 1024; KiB is the same)
 * or kB, MB ... (powers of 1000). FILE - is standard input, and so is no FILE.
 * The old form -NUM[bkm][clqvz] is understood as the first argument.
 *
 * install: /usr/bin
 * options: manual
 * hidden: -NUM
 * follows: POSIX.1-2024 head; GNU coreutils manual, "head invocation"
 */
#include "libbb.h"
#include "copy.h"
#include "head.gen.h"

enum {
	FIRST_BLOCK = 8192, /* the first read of a file, which is mostly enough */
	DIRECT = 4096,      /* as much is written at once */
};

struct job {
	uintmax_t count;
	bool bytes, all_but;
	char delimiter;
	char *block; /* IO_BLOCK bytes */
};

static _Noreturn void die_writing(void)
{
	die_errno("error writing %s", quote_file("standard output"));
}

static void emit(const char *p, size_t len)
{
	if (len < DIRECT)
		out_mem(p, len);
	else if (out_flush() == 0 && write_all(STDOUT_FILENO, p, len) < 0)
		die_writing();
	if (out_failed())
		leave(1);
}

/* Copies `limit` bytes at most. Returns -1 with errno set if they cannot be read. */
static int copy_bytes(int fd, uintmax_t limit)
{
	if (limit < DIRECT) {
		char few[DIRECT];
		ssize_t n = read_all(fd, few, (size_t)limit);

		if (n > 0)
			emit(few, (size_t)n);
		return n < 0 ? -1 : 0;
	}
	if (out_flush() < 0)
		leave(1);
	switch (copy_stream(fd, STDOUT_FILENO, limit, NULL, NULL)) {
	case COPY_WRITE_FAILED:
		die_writing();
	case COPY_READ_FAILED:
		return -1;
	case COPY_DONE:
		break;
	}
	return 0;
}

/* Returns the end of the `count`th line (> 0) of a block, or NULL with *count less by the lines that are in it. */
static const char *skip_lines(const char *p, const char *end, char delimiter, uintmax_t *count)
{
	if (*count > (size_t)(end - p) / 64) {
		size_t lines = mem_count(p, delimiter, (size_t)(end - p));

		if (lines < *count) {
			*count -= lines;
			return NULL;
		}
	}
	for (; (p = mem_chr(p, delimiter, (size_t)(end - p))); p++)
		if (--*count == 0)
			return p + 1;
	return NULL;
}

/* Copies the first lines. Returns -1 with errno set on a read error. */
static int first_lines(struct job *job, int fd)
{
	uintmax_t left = job->count;
	size_t size = FIRST_BLOCK;

	while (left > 0) {
		ssize_t len = read_some(fd, job->block, size);
		const char *end;

		if (len <= 0)
			return (int)len;
		end = skip_lines(job->block, job->block + len, job->delimiter, &left);
		if (end) {
			emit(job->block, (size_t)(end - job->block));
			lseek(fd, end - job->block - len, SEEK_CUR);
			return 0;
		}
		emit(job->block, (size_t)len);
		size = IO_BLOCK;
	}
	return 0;
}

/* What is held back of a stream until it is known not to be of its last part. */
struct held {
	char *buf;
	size_t start, end, size;
	uintmax_t lines; /* whole ones between start and end */
};

/* Reads a block more. Returns what read(2) does. */
static ssize_t hold_more(struct held *h, int fd)
{
	ssize_t n;

	if (h->size - h->end < IO_BLOCK && h->start > 0 && h->start >= h->end - h->start) {
		memmove(h->buf, h->buf + h->start, h->end - h->start);
		h->end -= h->start;
		h->start = 0;
	}
	if (h->size - h->end < IO_BLOCK) {
		h->buf = arena_grow(h->buf, h->size, 2 * h->size + 2 * IO_BLOCK);
		h->size = 2 * h->size + 2 * IO_BLOCK;
	}
	n = read_some(fd, h->buf + h->end, IO_BLOCK);
	if (n > 0)
		h->end += (size_t)n;
	return n;
}

static void release(struct held *h, size_t len)
{
	emit(h->buf + h->start, len);
	h->start += len;
}

static void release_lines(struct held *h, uintmax_t count, char delimiter)
{
	const char *start = h->buf + h->start;

	h->lines -= count;
	if (count > 0)
		release(h, (size_t)(skip_lines(start, h->buf + h->end, delimiter, &count) - start));
}

/* Copies a stream but its last bytes or lines. Returns -1 with errno set on a read error. */
static int stream_but_last(const struct job *job, int fd)
{
	struct held h = { 0 };
	ssize_t n;

	while ((n = hold_more(&h, fd)) > 0) {
		if (job->bytes) {
			if (h.end - h.start > job->count)
				release(&h, h.end - h.start - (size_t)job->count);
			continue;
		}
		h.lines += mem_count(h.buf + h.end - n, job->delimiter, (size_t)n);
		if (h.lines > job->count)
			release_lines(&h, h.lines - job->count, job->delimiter);
	}
	if (n == 0 && !job->bytes && h.end > h.start && h.buf[h.end - 1] != job->delimiter && h.lines > 0 &&
	    h.lines == job->count)
		release_lines(&h, 1, job->delimiter);
	lseek(fd, -(off_t)(h.end - h.start), SEEK_CUR);
	return (int)n;
}

/* Finds where the last lines of the file begin, `start` if there are no others. Returns -1 with errno set on error. */
static off_t find_last_lines(const struct job *job, int fd, off_t start, off_t end)
{
	uintmax_t left = job->count;
	off_t at = end;

	while (at > start && left > 0) {
		size_t size = at - start < IO_BLOCK ? (size_t)(at - start) : IO_BLOCK;
		const char *newline = job->block + size;
		ssize_t n = pread(fd, job->block, size, at - (off_t)size);

		if (n != (ssize_t)size)
			return n < 0 ? -1 : start;
		/* a delimiter at the very end ends the last line and begins none */
		if (at == end && newline[-1] == job->delimiter)
			newline--;
		while ((newline = mem_rchr(job->block, job->delimiter, (size_t)(newline - job->block))))
			if (--left == 0)
				return at - (off_t)size + (newline + 1 - job->block);
		at -= (off_t)size;
	}
	return left > 0 ? start : end;
}

/* Copies all but the last bytes or lines. Returns -1 with errno set on a read error. */
static int all_but_last(const struct job *job, int fd, const struct stat *st)
{
	off_t start = lseek(fd, 0, SEEK_CUR), end = st->st_size;

	if (job->count == 0)
		return copy_bytes(fd, COPY_ALL);
	/* a size of up to a block may be made up, as in /proc and /sys */
	if (!S_ISREG(st->st_mode) || start < 0 || end <= st->st_blksize)
		return stream_but_last(job, fd);
	if (start >= end)
		return 0;
	if (!job->bytes)
		end = find_last_lines(job, fd, start, end);
	else if (job->count < (uintmax_t)(end - start))
		end -= (off_t)job->count;
	else
		end = start;
	if (end < 0)
		return -1;
	return end > start ? copy_bytes(fd, (uintmax_t)(end - start)) : 0;
}

static int head_open_file(struct job *job, int fd, const char *name)
{
	struct stat st;
	int failed;

	if (job->all_but) {
		if (fstat(fd, &st) < 0) {
			warn_errno("cannot fstat %s", quote_file(name));
			return 1;
		}
		failed = all_but_last(job, fd, &st);
	} else {
		failed = job->bytes ? copy_bytes(fd, job->count) : first_lines(job, fd);
	}
	if (failed < 0)
		warn_errno("error reading %s", quote_file(name));
	return failed < 0;
}

/* Reads the argument of -n or -c, or dies. */
static void read_count(const char *s, bool bytes, struct job *job)
{
	enum num_error error;
	char digits[NUM_SIZE];

	job->bytes = bytes;
	job->all_but = *s == '-';
	s += job->all_but;
	error = parse_uint(s, SIZE_SUFFIXES, &job->count);
	if (error == NUM_OK && job->all_but && bytes && job->count > INTMAX_MAX) {
		s = num_to_str(job->count, digits);
		error = NUM_OVERFLOW;
	}
	errno = EOVERFLOW;
	if (error == NUM_OVERFLOW)
		die_errno("invalid number of %s: %s", bytes ? "bytes" : "lines", quote(s));
	if (error != NUM_OK)
		die("invalid number of %s: %s", bytes ? "bytes" : "lines", quote(s));
}

/* Reads the old form of options, `-5` or `-5kqv`, from the first argument. Returns whether it was that. */
static bool read_old_form(const char *arg, struct head_options *opt, struct job *job)
{
	size_t digits = arg && *arg == '-' ? strspn(arg + 1, "0123456789") : 0;
	bool bytes = false;
	char unit = 0;

	if (digits == 0)
		return false;
	for (const char *p = arg + 1 + digits; *p; p++)
		switch (*p) {
		case 'c':
		case 'b':
		case 'k':
		case 'm':
			bytes = true;
			unit = *p == 'c' ? 0 : *p;
			break;
		case 'l':
			bytes = false;
			break;
		case 'q':
			opt->quiet = 1;
			opt->verbose = 0;
			break;
		case 'v':
			opt->verbose = 1;
			opt->quiet = 0;
			break;
		case 'z':
			opt->zero_terminated = 1;
			break;
		default:
			die_usage("invalid trailing option -- %c", *p);
		}
	read_count(arena_printf("%.*s%c", (int)digits, arg + 1, unit), bytes, job);
	return true;
}

/* Reads the options; returns the operands. */
static char **read_options(struct head_options *opt, char **argv, struct job *job)
{
	unsigned last = 0;

	argv += read_old_form(*argv, opt, job);
	argv = parse_options(this_applet(), opt, argv);
	if (opt->NUM)
		die_usage("invalid trailing option -- %c", *opt->NUM);
	for (size_t i = 0; i < opt->lines.count; i++, last = opt->lines.items[i - 1].at)
		read_count(opt->lines.items[i].value, false, job);
	for (size_t i = 0; i < opt->bytes.count; i++) {
		struct job before = *job;

		read_count(opt->bytes.items[i].value, true, job);
		if (opt->bytes.items[i].at < last)
			*job = before;
	}
	job->delimiter = opt->zero_terminated ? 0 : '\n';
	return argv;
}

int head_main(struct head_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .count = 10 };
	bool headers, stdin_closed = false;
	const char *separator = "";
	int status = 0;

	argv = read_options(opt, argv, &job);
	argv = *argv ? argv : stdin_only;
	headers = opt->verbose > opt->quiet || (argv[1] && !opt->quiet);
	job.block = arena_alloc(IO_BLOCK);
	for (; *argv; argv++) {
		bool is_stdin = strcmp(*argv, "-") == 0;
		const char *name = is_stdin ? "standard input" : *argv;
		int fd = open_input(*argv);

		if (fd < 0) {
			warn_errno("cannot open %s for reading", quote_file(name));
			status = 1;
			continue;
		}
		stdin_closed |= is_stdin && fcntl(fd, F_GETFD) < 0;
		if (headers)
			out_fmt("%s==> %s <==\n", separator, name);
		separator = "\n";
		status |= head_open_file(&job, fd, name);
		close_file(fd);
	}
	if (stdin_closed) {
		warn_code(EBADF, "-");
		status = 1;
	}
	return status;
}
