/* tail - write the last part of files, and what is added to them
 *
 * usage: tail [OPTION]... [FILE]...
 *
 *   -c, --bytes=[+]NUM...      the last NUM bytes; with + from byte NUM on
 *   -f, --follow[=HOW]...      go on as the file grows: the open file (descriptor, the default) or
 *                              whatever has its name (name)
 *   -F                         the same as --follow=name --retry
 *   -n, --lines=[+]NUM...      the last NUM lines, 10 if not given; with + from line NUM on
 *       --max-unchanged-stats=N...  does nothing: names are looked up each time
 *       --pid=PID...           with -f, end after process PID
 *   -q, --quiet, --silent      no headers with file names
 *       --retry                keep trying to open a file that cannot be opened
 *   -s, --sleep-interval=N...  with -f, look about every N seconds (1.0) where the kernel does not tell
 *   -v, --verbose              headers, also with one FILE
 *   -z, --zero-terminated      lines end with NUL, not with a newline
 *
 * NUM may end in b (512), K, M, G, T, P, E, Z, Y, R, Q (powers of 1024; KiB is the same)
 * or kB, MB ... (powers of 1000). FILE - is standard input, and so is no FILE.
 * The old forms -[NUM][bcl][f] and +[NUM][bcl][f] are understood as the only option.
 *
 * install: /usr/bin
 * options: manual
 * hidden: -NUM
 * hidden: ---disable-inotify
 * hidden: ---presume-input-pipe
 * follows: POSIX.1-2024 tail; GNU coreutils manual, "tail invocation"
 */
#include <poll.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include "libbb.h"
#include "copy.h"
#include "path.h"
#include "tail.gen.h"

enum {
	DIRECT = 4096, /* as much is written at once */
	WATCH_FILE = IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF,
	WATCH_DIR = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF |
		    IN_MOVE_SELF,
};

/* A file, and what is known of it while it is followed. */
struct target {
	const char *name, *shown;
	int fd; /* -1 while it is not open */
	bool given_up;
	bool waiting;    /* it was not there at first and is still to be opened, by its name */
	bool untailable; /* what has its name cannot be followed */
	int error;       /* why it is not open */
	dev_t dev;
	ino_t ino;
	off_t size; /* read so far, of a regular file */
	bool regular, is_stdin;
	int watch, dir_watch; /* of inotify, or -1 */
};

struct job {
	uintmax_t count;
	bool bytes, from_start, follow, by_name, retry;
	char delimiter;
	bool headers, any_header;
	double interval;
	pid_t pid;
	bool no_inotify, presume_pipe;
	struct target *targets, *last; /* last: whose output came last */
	size_t targets_count;
	char *block;
	int status;
	int notifier; /* inotify's descriptor, or -1 */
	bool watches_pipe;
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

/* Copies the rest of a file. Returns the bytes, or -1 with errno set if they cannot be read. */
static intmax_t copy_rest(const struct job *job, int fd)
{
	intmax_t total = 0;
	ssize_t n;

	while ((n = read_some(fd, job->block, IO_BLOCK)) > 0) {
		emit(job->block, (size_t)n);
		total += n;
	}
	return n < 0 ? -1 : total;
}

/* Returns the end of the `count`th line of a block, or NULL with *count less by the lines in it. */
static const char *skip_lines(const char *p, const char *end, char delimiter, uintmax_t *count)
{
	for (; *count > 0 && (p = mem_chr(p, delimiter, (size_t)(end - p))); p++)
		if (--*count == 0)
			return p + 1;
	return NULL;
}

/* Passes over the first lines or bytes, and copies the rest. Returns -1 with errno set on a read error, -2 if it was in the
 * rest. */
static int copy_from_start(const struct job *job, int fd)
{
	uintmax_t left = job->count > 0 ? job->count - 1 : 0;
	ssize_t n;

	if (job->bytes && left > 0 && left <= INTMAX_MAX) {
		struct stat st;

		if (!job->presume_pipe && fstat(fd, &st) == 0 &&
		    (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) && lseek(fd, (off_t)left, SEEK_CUR) >= 0)
			left = 0;
	}
	while (left > 0 && (n = read_some(fd, job->block, IO_BLOCK)) != 0) {
		const char *from, *end = job->block + n;

		if (n < 0)
			return -1;
		if (job->bytes) {
			from = left < (uintmax_t)n ? job->block + left : NULL;
			left -= left < (uintmax_t)n ? left : (uintmax_t)n;
		} else {
			from = skip_lines(job->block, end, job->delimiter, &left);
		}
		if (from)
			emit(from, (size_t)(end - from));
	}
	return copy_rest(job, fd) < 0 ? -2 : 0;
}

/* Finds where the last lines of the open file begin, not before `start`. Returns -1 with errno set on error. */
static off_t find_last_lines(const struct job *job, int fd, off_t start, off_t end)
{
	uintmax_t left = job->count;
	off_t at = end;

	if (left == 0)
		return end;
	while (at > start) {
		size_t size = at - start < IO_BLOCK ? (size_t)(at - start) : IO_BLOCK;
		const char *newline = job->block + size;
		ssize_t n;

		if (at == end && size > DIRECT)
			size = DIRECT;
		newline = job->block + size;
		n = pread(fd, job->block, size, at - (off_t)size);
		if (n != (ssize_t)size)
			return n < 0 ? -1 : start;
		if (at == end && newline[-1] == job->delimiter)
			newline--;
		while ((newline = mem_rchr(job->block, job->delimiter, (size_t)(newline - job->block))))
			if (--left == 0)
				return at - (off_t)size + (newline + 1 - job->block);
		at -= (off_t)size;
	}
	return start;
}

/* The end of a stream that was read so far. */
struct held {
	char *buf;
	size_t start, end, size;
	uintmax_t lines; /* delimiters between start and end */
};

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

/* Lets go of all but the last lines; a line without its end counts. */
static void drop_lines(struct held *h, uintmax_t count, char delimiter)
{
	uintmax_t whole = h->lines + (h->end > h->start && h->buf[h->end - 1] != delimiter), surplus;

	if (whole <= count)
		return;
	surplus = whole - count;
	if (surplus > h->lines) {
		h->start = h->end;
		h->lines = 0;
		return;
	}
	h->lines -= surplus;
	h->start = (size_t)(skip_lines(h->buf + h->start, h->buf + h->end, delimiter, &surplus) - h->buf);
}

/* Copies the end of a stream. Returns -1 with errno set on a read error. */
static int stream_last(const struct job *job, int fd)
{
	struct held h = { 0 };
	ssize_t n;

	while ((n = hold_more(&h, fd)) > 0) {
		if (job->bytes) {
			if (h.end - h.start > job->count)
				h.start = h.end - (size_t)job->count;
			continue;
		}
		h.lines += mem_count(h.buf + h.end - n, job->delimiter, (size_t)n);
		drop_lines(&h, job->count, job->delimiter);
	}
	if (n < 0)
		return -1;
	emit(h.buf + h.start, h.end - h.start);
	return 0;
}

/* Copies the last lines or bytes. Returns -1 with errno set on a read error. */
static int copy_last(const struct job *job, int fd, const struct stat *st)
{
	off_t start = lseek(fd, 0, SEEK_CUR), end = st->st_size, from;

	/* a size of up to a block may be made up, as in /proc and /sys */
	if (job->presume_pipe || !S_ISREG(st->st_mode) || start < 0 || end <= st->st_blksize)
		return stream_last(job, fd);
	if (start >= end)
		return copy_rest(job, fd) < 0 ? -1 : 0;
	if (!job->bytes)
		from = find_last_lines(job, fd, start, end);
	else
		from = job->count < (uintmax_t)(end - start) ? end - (off_t)job->count : start;
	if (from < 0 || lseek(fd, from, SEEK_SET) < 0)
		return -1;
	return copy_rest(job, fd) < 0 ? -1 : 0;
}

static void put_header(struct job *job, const struct target *t)
{
	if (!job->headers)
		return;
	out_fmt("%s==> %s <==\n", job->any_header ? "\n" : "", t->shown);
	job->any_header = true;
}

/* Whether the end of such a file can be followed. */
static bool is_tailable(mode_t mode)
{
	return S_ISREG(mode) || S_ISFIFO(mode) || S_ISSOCK(mode) || S_ISCHR(mode);
}

/* Notes the file that a target's descriptor is. */
static void note_file(struct target *t, const struct stat *st)
{
	t->dev = st->st_dev;
	t->ino = st->st_ino;
	t->regular = S_ISREG(st->st_mode);
	t->size = t->regular ? lseek(t->fd, 0, SEEK_CUR) : 0;
	t->waiting = t->untailable = false;
	t->error = 0;
}

static void close_target(struct target *t)
{
	if (t->fd >= 0)
		close_file(t->fd);
	t->fd = -1;
}

/* Makes a target ready to be followed after its end was copied. */
static void prepare_to_follow(struct job *job, struct target *t, const struct stat *st, bool failed)
{
	bool again = job->retry && job->by_name;

	if (!is_tailable(st->st_mode)) {
		warn("%s: cannot follow end of this type of file%s", quote_maybe(t->shown),
		     again ? "" : "; giving up on this name");
		t->untailable = true;
		t->given_up = !again;
		t->error = -1;
		close_target(t);
		return;
	}
	if (failed) {
		t->given_up = !again;
		t->error = EIO;
		close_target(t);
		return;
	}
	note_file(t, st);
}

/* Copies what is wanted of a file, and keeps it open if it is to be followed. */
static void tail_file(struct job *job, struct target *t)
{
	struct stat st;
	int failed;

	t->is_stdin = strcmp(t->name, "-") == 0;
	t->shown = t->is_stdin ? "standard input" : t->name;
	t->watch = t->dir_watch = -1;
	t->fd = open_input(t->name);
	if (t->fd < 0) {
		t->error = errno;
		t->waiting = job->retry;
		t->given_up = !job->retry;
		warn_errno("cannot open %s for reading", quote_file(t->shown));
		job->status = 1;
		return;
	}
	put_header(job, t);
	job->last = t;
	if (fstat(t->fd, &st) < 0) {
		warn_errno("cannot fstat %s", quote_file(t->shown));
		job->status = 1;
		return;
	}
	failed = job->from_start ? copy_from_start(job, t->fd) : copy_last(job, t->fd, &st);
	if (failed < 0) {
		warn_errno("error reading %s", quote_file(t->shown));
		if (failed == -2)
			leave(1);
		job->status = 1;
	}
	if (job->follow)
		prepare_to_follow(job, t, &st, failed < 0);
	else
		close_target(t);
}

/* Following */

/* Copies what was added to an open file. */
static void copy_added(struct job *job, struct target *t)
{
	struct stat st;
	struct pollfd ready = { .fd = t->fd, .events = POLLIN };
	bool header = true;
	ssize_t n;

	if (t->fd < 0)
		return;
	if (t->regular && fstat(t->fd, &st) == 0 && st.st_size < t->size) {
		warn("%s: file truncated", quote_maybe(t->shown));
		t->size = lseek(t->fd, 0, SEEK_SET);
	}
	while (t->regular || (poll(&ready, 1, 0) > 0 && ready.revents & POLLIN)) {
		n = read_some(t->fd, job->block, IO_BLOCK);
		if (n <= 0)
			break;
		if (header && job->last != t)
			put_header(job, t);
		header = false;
		job->last = t;
		t->size += n;
		emit(job->block, (size_t)n);
	}
	if (out_flush() < 0)
		leave(1);
}

/* Notes that a name has nothing that can be followed. */
static void lose(struct job *job, struct target *t, int error)
{
	struct stat st;

	copy_added(job, t);
	if (error != t->error || t->untailable) {
		if (t->fd >= 0 && job->retry)
			warn_code(error, "%s has become inaccessible", quote_file(t->shown));
		else if (t->fd >= 0 || (t->error != error && !t->untailable))
			warn_code(error, "%s", quote_maybe(t->shown));
	}
	if (t->fd >= 0 && !job->retry) /* one that was only renamed may have a successor */
		t->given_up = job->notifier < 0 || fstat(t->fd, &st) < 0 || st.st_nlink == 0;
	t->error = error;
	t->untailable = false;
	close_target(t);
}

/* Looks whether a name stands for another file than before, and goes on with that. */
static void check_name(struct job *job, struct target *t)
{
	struct stat st;
	int fd, error;

	if (stat(t->name, &st) < 0) {
		lose(job, t, errno);
		return;
	}
	if (!is_tailable(st.st_mode)) {
		if (!t->untailable) {
			copy_added(job, t);
			warn("%s has been replaced with an untailable file%s", quote_file(t->shown),
			     job->retry && job->by_name ? "" : "; giving up on this name");
		}
		t->untailable = true;
		t->error = -1;
		t->given_up = !(job->retry && job->by_name);
		close_target(t);
		return;
	}
	if (t->fd >= 0 && st.st_dev == t->dev && st.st_ino == t->ino)
		return;
	fd = open_file(t->name, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0 || fstat(fd, &st) < 0) {
		lose(job, t, errno);
		return;
	}
	error = t->error;
	if (t->fd >= 0) {
		copy_added(job, t);
		warn("%s has been replaced;  following new file", quote_file(t->shown));
	} else if (error == ENOENT || error == -1) {
		warn("%s has appeared;  following new file", quote_file(t->shown));
	} else {
		warn("%s has become accessible", quote_file(t->shown));
	}
	close_target(t);
	t->fd = fd;
	note_file(t, &st);
	t->watch = -1;
}

/* Looks at one target. */
static void check_target(struct job *job, struct target *t)
{
	if (t->given_up)
		return;
	if (!t->is_stdin && (job->by_name || t->waiting))
		check_name(job, t);
	copy_added(job, t);
}

/* Whether inotify tells all changes of the file system that has the file: not so where other machines make them. */
static bool is_local(const char *path)
{
	static const unsigned remote[] = { 0x6969,     0xff534d42, 0xfe534d42, 0x517b,     0x65735546,
					   0x01021997, 0x5346414f, 0x73757245, 0x00c36400, 0x0bd00bd0,
					   0x564c,     0x47504653, 0x7461636f, 0x786f4256 };
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return true;
	for (size_t i = 0; i < sizeof(remote) / sizeof(*remote); i++)
		if ((unsigned)fs.f_type == remote[i])
			return false;
	return true;
}

/* Sets the watches that a target lacks. Returns whether inotify is enough for it. */
static bool watch_target(struct job *job, struct target *t)
{
	struct stat st;

	if (t->given_up)
		return true;
	if (t->is_stdin || (t->fd >= 0 && !t->regular))
		return false;
	if (job->by_name || t->waiting) {
		const char *dir = path_dir(t->name);

		if (lstat(t->name, &st) == 0 && S_ISLNK(st.st_mode))
			return false;
		if (!is_local(dir))
			return false;
		if (t->dir_watch < 0)
			t->dir_watch = inotify_add_watch(job->notifier, dir, WATCH_DIR);
		if (t->dir_watch < 0)
			return false;
	}
	if (t->fd >= 0 && t->watch < 0) {
		if (!is_local(t->name))
			return false;
		t->watch = inotify_add_watch(job->notifier, t->name, WATCH_FILE);
		if (t->watch < 0 || stat(t->name, &st) < 0 || st.st_ino != t->ino || st.st_dev != t->dev)
			return false;
	}
	return true;
}

/* Sets watches; returns whether all changes will be told. */
static bool watch_all(struct job *job)
{
	bool all = job->notifier >= 0;

	for (size_t i = 0; i < job->targets_count && job->notifier >= 0; i++)
		all &= watch_target(job, &job->targets[i]);
	return all;
}

/* Waits until something may have happened. */
static void wait_for_change(struct job *job, bool told)
{
	struct pollfd fds[2] = { { .fd = job->notifier, .events = POLLIN },
				 { .fd = job->watches_pipe ? STDOUT_FILENO : -1 } };
	int timeout = told && job->pid == 0            ? -1
		      : job->interval * 1000 < INT_MAX ? (int)(job->interval * 1000 + .999)
						       : INT_MAX;

	if (poll(fds, 2, timeout) <= 0)
		return;
	if (fds[1].revents & (POLLERR | POLLHUP)) {
		raise(SIGPIPE);
		leave(1);
	}
	if (fds[0].revents)
		for (;;) {
			struct inotify_event *e = (struct inotify_event *)job->block;
			ssize_t n = read_some(job->notifier, job->block, IO_BLOCK);

			for (const char *p = job->block; n > 0 && p < job->block + n;
			     p += sizeof(*e) + e->len) {
				e = (struct inotify_event *)(job->block + (p - job->block));
				for (size_t i = 0; e->mask & IN_IGNORED && i < job->targets_count; i++) {
					struct target *t = &job->targets[i];

					t->watch = t->watch == e->wd ? -1 : t->watch;
					t->dir_watch = t->dir_watch == e->wd ? -1 : t->dir_watch;
				}
			}
			if (n < IO_BLOCK / 2)
				return;
		}
}

static bool any_left(const struct job *job)
{
	if (job->by_name && job->retry)
		return true;
	for (size_t i = 0; i < job->targets_count; i++)
		if (!job->targets[i].given_up)
			return true;
	return false;
}

/* Waits for the end of the process only after all was copied that it may have written. */
static void follow(struct job *job)
{
	struct stat st;
	bool dead = false;

	if (fstat(STDOUT_FILENO, &st) < 0)
		die_errno("standard output");
	job->watches_pipe = (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	job->notifier = job->no_inotify ? -1 : own_file(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
	for (;;) {
		bool told;

		if (out_flush() < 0)
			leave(1);
		if (!any_left(job))
			die("no files remaining");
		told = watch_all(job);
		for (size_t i = 0; i < job->targets_count; i++)
			check_target(job, &job->targets[i]);
		if (dead) {
			/* GNU forgets what failed where the kernel told it of changes */
			for (size_t i = 0; i < job->targets_count; i++)
				if (told && job->by_name && job->targets[i].watch >= 0)
					job->status = 0;
			return;
		}
		dead = job->pid && kill(job->pid, 0) < 0 && errno != EPERM;
		if (dead)
			continue;
		if (any_left(job))
			wait_for_change(job, told && watch_all(job));
	}
}

/* Options */

static void read_count(const char *arg, bool bytes, struct job *job)
{
	enum num_error error;
	const char *digits = arg + (*arg == '-');

	job->bytes = bytes;
	job->from_start |= *arg == '+';
	error = parse_uint(digits, SIZE_SUFFIXES, &job->count);
	errno = EOVERFLOW;
	if (error == NUM_OVERFLOW)
		die_errno("invalid number of %s: %s", bytes ? "bytes" : "lines", quote(digits));
	if (error > NUM_OVERFLOW || (*arg == '-' && arg[1] == '-'))
		die("invalid number of %s: %s", bytes ? "bytes" : "lines", quote(digits));
}

/* Reads the old form from the first argument; returns whether it was that. */
static bool read_old_form(char **argv, struct job *job)
{
	const char *p = argv[0];
	uintmax_t unit = 1;
	size_t digits;

	if (!p || !(!argv[1] || (!argv[2] && !(argv[1][0] == '-' && argv[1][1])) ||
		    (strcmp(argv[1], "--") == 0 && (!argv[2] || !argv[3]))))
		return false;
	if (*p != '+' && *p != '-')
		return false;
	if (*p == '-' && !p[1 + (p[1] == 'c')])
		return false;
	job->from_start = *p++ == '+';
	digits = strspn(p, "0123456789");
	p += digits;
	job->bytes = *p == 'c' || *p == 'b';
	unit = *p == 'b' ? 512 : 1;
	p += *p && strchr("bcl", *p);
	job->follow = *p == 'f';
	p += job->follow;
	if (*p) {
		job->from_start = job->bytes = job->follow = false;
		return false;
	}
	job->count = 10;
	if (digits && parse_uint(arena_memdup(argv[0] + 1, digits), NULL, &job->count) == NUM_OVERFLOW) {
		errno = ERANGE;
		die_errno("invalid number: %s", quote(argv[0]));
	}
	if (__builtin_mul_overflow(job->count, unit, &job->count)) {
		errno = ERANGE;
		die_errno("invalid number: %s", quote(argv[0]));
	}
	return true;
}

static void read_counts(const struct tail_options *opt, struct job *job)
{
	size_t i = 0, j = 0;

	while (i < opt->lines.count || j < opt->bytes.count) {
		bool lines = i < opt->lines.count &&
			     (j == opt->bytes.count || opt->lines.items[i].at < opt->bytes.items[j].at);

		read_count(lines ? opt->lines.items[i++].value : opt->bytes.items[j++].value, !lines, job);
	}
}

static void read_follow(const struct tail_options *opt, struct job *job)
{
	static const char *const words[] = { "descriptor", "name", NULL };
	unsigned last = 0;

	for (size_t i = 0; i < opt->follow.count; i++) {
		const struct option_item *item = &opt->follow.items[i];

		job->follow = true;
		job->by_name = item->value && choose(words, NULL, item->value, "--follow") == 1;
		last = item->at;
	}
	if (opt->F) {
		job->follow = job->retry = true;
		job->by_name |= opt->F > last;
	}
	job->retry |= opt->retry > 0;
}

static void read_numbers(const struct tail_options *opt, struct job *job)
{
	for (size_t i = 0; i < opt->max_unchanged_stats.count; i++) {
		uintmax_t n;
		const char *arg = opt->max_unchanged_stats.items[i].value;

		if (parse_uint(arg, NULL, &n) > NUM_OVERFLOW)
			die("invalid maximum number of unchanged stats between opens: %s", quote(arg));
	}
	for (size_t i = 0; i < opt->pid.count; i++) {
		uintmax_t n;
		const char *arg = opt->pid.items[i].value;
		enum num_error error = parse_uint(arg, NULL, &n);

		errno = EOVERFLOW;
		if (error == NUM_OVERFLOW || (error == NUM_OK && n > INT_MAX))
			die_errno("invalid PID: %s", quote(arg));
		if (error != NUM_OK)
			die("invalid PID: %s", quote(arg));
		job->pid = (pid_t)n;
	}
	for (size_t i = 0; i < opt->sleep_interval.count; i++) {
		const char *arg = opt->sleep_interval.items[i].value;
		char *end;

		job->interval = strtod(arg, &end);
		if (end == arg || *end || !(job->interval >= 0))
			die("invalid number of seconds: %s", quote(arg));
	}
}

/* Says which options make no difference. */
static void warn_useless(const struct tail_options *opt, struct job *job)
{
	if (job->retry && !job->follow) {
		warn("warning: --retry ignored; --retry is useful only when following");
		job->retry = false;
	} else if (job->retry && !job->by_name) {
		warn("warning: --retry only effective for the initial open");
	}
	if (opt->pid.count && !job->follow)
		warn("warning: PID ignored; --pid=PID is useful only when following");
	else if (job->pid && kill(job->pid, 0) < 0 && errno == ENOSYS) {
		warn("warning: --pid=PID is not supported on this system");
		job->pid = 0;
	}
}

static char **read_options(struct tail_options *opt, char **argv, struct job *job)
{
	if (read_old_form(argv, job)) {
		argv++;
		if (*argv && strcmp(*argv, "--") == 0)
			argv++;
		return argv;
	}
	if (*argv && argv[0][0] == '-' && argv[0][1] >= '0' && argv[0][1] <= '9')
		die("option used in invalid context -- %c", argv[0][1]);
	argv = parse_options(this_applet(), opt, argv);
	if (opt->NUM)
		die("option used in invalid context -- %c", *opt->NUM);
	read_counts(opt, job);
	read_follow(opt, job);
	read_numbers(opt, job);
	job->delimiter = opt->zero_terminated ? 0 : '\n';
	job->no_inotify = opt->_disable_inotify;
	job->presume_pipe = opt->_presume_input_pipe;
	warn_useless(opt, job);
	return argv;
}

/* Leaves out standard input if it is a pipe, which has an end. Returns whether there is anything to follow. */
static bool leave_out_pipes(struct job *job)
{
	size_t left = 0;

	for (size_t i = 0; i < job->targets_count; i++) {
		struct target *t = &job->targets[i];
		struct stat st;

		if (t->is_stdin && t->fd >= 0 && fstat(t->fd, &st) == 0 &&
		    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))) {
			t->given_up = true;
			t->fd = -1;
		} else {
			left++;
		}
	}
	return left > 0;
}

int tail_main(struct tail_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .count = 10, .delimiter = '\n', .interval = 1, .notifier = -1 };
	bool stdin_closed = false;

	argv = read_options(opt, argv, &job);
	argv = *argv ? argv : stdin_only;
	for (char **file = argv; *file; file++) {
		bool is_stdin = strcmp(*file, "-") == 0;

		if (is_stdin && job.follow && job.by_name)
			die("cannot follow %s by name", quote_file("-"));
		if (is_stdin && job.follow && isatty(STDIN_FILENO))
			warn("warning: following standard input indefinitely is ineffective");
		stdin_closed |= is_stdin && fcntl(STDIN_FILENO, F_GETFD) < 0;
		job.targets_count++;
	}
	if (job.count == 0 && !job.follow && !job.from_start)
		return 0;
	job.headers = opt->verbose > opt->quiet || (argv[1] && !opt->quiet);
	job.targets = arena_array(struct target, job.targets_count);
	job.block = arena_alloc(IO_BLOCK);
	for (size_t i = 0; i < job.targets_count; i++) {
		job.targets[i].name = argv[i];
		tail_file(&job, &job.targets[i]);
	}
	job.last = &job.targets[job.targets_count - 1];
	if (job.follow && leave_out_pipes(&job))
		follow(&job);
	if (stdin_closed) {
		warn_code(EBADF, "-");
		job.status = 1;
	}
	return job.status;
}
