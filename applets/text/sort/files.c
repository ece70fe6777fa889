/* files.c - sort's input, memory, temporary files, merging and checking
 *
 * What does not fit in memory is sorted in parts, which go to temporary files. These have no names from the moment they are
 * made, so that nothing stays behind however sort ends.
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include <spawn.h>
#include "lines.h"
#include "signals.h"
#include "sort.h"

extern char **environ;

/* A sorted part in a temporary file. */
struct run {
	int fd;
};

enum {
	STDIO_BUFFER = 4096, /* GNU's words differ with what did not fit there */
	PAGE = 4096,
	POPULATE_WRITE = 23,   /* of madvise(2), which musl does not know by name */
	FIRST_TEXT = 1 << 16,  /* what is read at first of an input of unknown size */
	RUNS_MOST = 256,       /* more are merged to fewer */
	SPLIT_LINES = 1 << 17, /* from so many lines on a second processor helps */
};

void check_output(const struct sorter *s, size_t waiting)
{
	int code = s->out->error;

	if (!code)
		return;
	*s->out = (struct writer){ .fd = s->out->fd };
	warn_code(code, "%s failed: %s", waiting > STDIO_BUFFER ? "write" : "fflush",
		  s->output ? quote_maybe(s->output) : quote_file("standard output"));
	die("write error");
}

/* Writes the line, with its delimiter. */
static void put_line(const struct sorter *s, struct writer *out, const struct line *line)
{
	if (s->debug && out == s->out) {
		debug_line(s, line);
		return;
	}
	if (out->len + line->len + 1 < out->size) {
		memcpy(out->buf + out->len, line->text, line->len);
		out->len += line->len;
		out->buf[out->len++] = s->delimiter;
		return;
	}
	writer_mem(out, line->text, line->len);
	writer_char(out, s->delimiter);
	if (out->error && out == s->out)
		check_output(s, SIZE_MAX);
}

/* Creates a temporary file in the next of the directories. */
static int temporary_file(struct sorter *s)
{
	const char *dir = s->dirs[s->dirs_used++ % s->dirs_count];
	int fd = open_file(dir, O_RDWR | O_TMPFILE, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		char *name = arena_printf("%s/sortXXXXXX", dir);

		fd = mkostemp(name, O_CLOEXEC);
		if (fd >= 0) {
			unlink(name);
			own_file(fd);
		}
	}
	if (fd < 0)
		die_errno("cannot create temporary file in '%s'", dir);
	return fd;
}

/* Starts the compressor between two files. */
static pid_t start_compressor(const struct sorter *s, bool unpack, int in, int out)
{
	char *argv[] = { arena_strdup(s->compress), unpack ? arena_strdup("-d") : NULL, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t pipe;
	pid_t pid;
	int error;

	out_flush();
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &pipe);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(&pid, s->compress, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error) {
		errno = error;
		die_errno(unpack ? "couldn't create process for %s -d"
				 : "couldn't execute compress program: %s",
			  s->compress);
	}
	return pid;
}

static void make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		die_errno("cannot create pipe");
	own_file(ends[0]);
	own_file(ends[1]);
}

static void wait_for(const struct sorter *s, pid_t pid, bool unpack)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die_errno("waiting for %s", s->compress);
	if (status != 0)
		die("%s%s terminated abnormally", quote(s->compress), unpack ? " [-d]" : "");
}

/* A run being written. */
struct run_writer {
	struct writer w;
	int file;
	pid_t pid; /* of the compressor, or 0 */
	bool pipe_ignored;
};

static void begin_run(struct sorter *s, struct run_writer *r)
{
	int ends[2];

	r->file = temporary_file(s);
	r->pid = 0;
	if (!s->compress) {
		writer_open(&r->w, r->file);
		return;
	}
	r->pipe_ignored = signal_ignored(SIGPIPE);
	signal_ignore(SIGPIPE); /* it may end early, which is told when it is waited for */
	make_pipe(ends);
	r->pid = start_compressor(s, false, ends[0], r->file);
	close_file(ends[0]);
	writer_open(&r->w, ends[1]);
}

static struct run end_run(struct sorter *s, struct run_writer *r)
{
	writer_flush(&r->w);
	if (r->pid) {
		close_file(r->w.fd);
		wait_for(s, r->pid, false);
		if (!r->pipe_ignored)
			signal_default(SIGPIPE);
	}
	if (r->w.error) {
		errno = r->w.error;
		die_errno("write failed: %s", "temporary file");
	}
	lseek(r->file, 0, SEEK_SET);
	return (struct run){ r->file };
}

/* Whether a line is to be left out, for being equal to the one before it. Keeps it otherwise, in `last`. */
static bool is_repeated(const struct sorter *s, struct line *last, size_t *size, const struct line *line)
{
	if (!s->unique)
		return false;
	if (last->text && compare_keys(s, last, line) == 0)
		return true;
	if (*size < line->len + 1) {
		last->text = arena_grow(last->text, *size, 2 * line->len + 64);
		*size = 2 * line->len + 64;
	}
	memcpy(last->text, line->text, line->len);
	*last = (struct line){ line->cache, last->text, line->len, line->key_at, line->key_size };
	return false;
}

/* Merging */

/* An input of a merge: a file or a run. */
struct input {
	const char *name; /* NULL for a run */
	struct run run;
};

struct source {
	struct lines lines;
	struct line line;
	const char *name;
	pid_t pid;
};

/* Goes to the next line of a source. Returns false at its end. */
static bool advance(const struct sorter *s, struct source *source)
{
	if (!lines_next(&source->lines)) {
		if (source->lines.r.error) {
			errno = source->lines.r.error;
			die_errno("read failed: %s",
				  source->name ? quote_maybe(source->name) : "temporary file");
		}
		close_file(source->lines.r.fd);
		if (source->pid)
			wait_for(s, source->pid, true);
		return false;
	}
	source->line = (struct line){ .text = source->lines.line, .len = source->lines.len };
	prepare_line(s, &source->line);
	return true;
}

static void open_source(const struct sorter *s, const struct input *input, struct source *source)
{
	int fd = input->run.fd;

	source->name = input->name;
	if (input->name) {
		fd = open_input(input->name);
		if (fd < 0)
			die_errno("open failed: %s", quote_maybe(input->name));
	} else if (s->compress) {
		int ends[2];

		make_pipe(ends);
		source->pid = start_compressor(s, true, fd, ends[1]);
		close_file(ends[1]);
		close_file(fd);
		fd = ends[0];
	}
	lines_open(&source->lines, fd, s->delimiter);
}

/* Whether the line of `a` goes before that of `b`; of equal ones the earlier input's does. */
static bool goes_before(const struct sorter *s, const struct source *a, const struct source *b)
{
	int order = compare_lines(s, &a->line, &b->line);

	return order ? order < 0 : a < b;
}

/* Moves the source at `i` of a heap down to its place. */
static void sink(const struct sorter *s, struct source **heap, size_t count, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;
		struct source *moved = heap[i];

		if (child >= count)
			return;
		if (child + 1 < count && goes_before(s, heap[child + 1], heap[child]))
			child++;
		if (!goes_before(s, heap[child], moved))
			return;
		heap[i] = heap[child];
		heap[child] = moved;
		i = child;
	}
}

/* Merges inputs and writes what comes of it. */
static void merge(const struct sorter *s, const struct input *inputs, size_t count, struct writer *out)
{
	struct source *sources = arena_array(struct source, count);
	struct source **heap = arena_array(struct source *, count + 1);
	struct line last = { 0 };
	size_t size = 0, live = 0;

	for (size_t i = 0; i < count; i++)
		open_source(s, &inputs[i], &sources[i]);
	for (size_t i = 0; i < count; i++)
		if (advance(s, &sources[i]))
			heap[live++] = &sources[i];
	for (size_t i = live / 2; i-- > 0;)
		sink(s, heap, live, i);
	while (live > 0) {
		if (!is_repeated(s, &last, &size, &heap[0]->line))
			put_line(s, out, &heap[0]->line);
		if (!advance(s, heap[0]))
			heap[0] = heap[--live];
		sink(s, heap, live, 0);
	}
}

/* Merges until no more inputs are left than may be merged at once. Returns how many. */
static size_t merge_to(struct sorter *s, struct input *inputs, size_t count, size_t most)
{
	size_t at = 0;

	while (count > most) {
		size_t batch = count - most + 1 < s->batch ? count - most + 1 : s->batch;
		struct arena_mark mark = arena_mark();
		struct run_writer r;

		if (at + batch > count)
			at = count - batch < at ? 0 : at;
		begin_run(s, &r);
		merge(s, inputs + at, batch, &r.w);
		inputs[at] = (struct input){ NULL, end_run(s, &r) };
		arena_release(mark);
		count -= batch - 1;
		memmove(inputs + at + 1, inputs + at + batch, (count - at - 1) * sizeof(*inputs));
		if (++at + 2 > count)
			at = 0;
	}
	return count;
}

/* Makes room for a run more. */
static void reduce_runs(struct sorter *s)
{
	if (s->runs_count < RUNS_MOST)
		return;
	s->runs_count = merge_to(s, s->runs, s->runs_count, RUNS_MOST / s->batch + 1);
}

/* Sorting in memory */

/* Text with its lines, in sorted halves if it was sorted by two processes. */
struct block {
	char *text;
	size_t len, size; /* what is there, and the room for it */
	struct line *lines;
	size_t count, first; /* all lines; those of the first half */
	size_t mapped;       /* bytes of the mapping that has the lines */
};

/* Finds the lines of a text, which ends with a delimiter, and sorts them. */
static void sort_text(const struct sorter *s, char *p, const char *end, struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *stop = mem_chr(p, s->delimiter, (size_t)(end - p));

		lines[i] = (struct line){ .text = p, .len = (size_t)(stop - p) };
		prepare_line(s, &lines[i]);
		p += lines[i].len + 1;
	}
	sort_lines(s, lines, count);
	for (size_t i = 0; i < count && s->unique && s->keys_count > 1;
	     i++) /* which left those of later keys */
		prepare_line(s, &lines[i]);
}

/* Sorts a half, so that its lines can be compared with those of the other. */
static void sort_half(const struct sorter *s, char *p, const char *end, struct line *lines, size_t count)
{
	sort_text(s, p, end, lines, count);
	for (size_t i = 0; i < count; i++) /* sorting left the caches of deeper bytes and later keys */
		prepare_line(s, &lines[i]);
}

/* Sorts both halves of a block at the same time. */
static void sort_halves(const struct sorter *s, struct block *b)
{
	char *end = b->text + b->len;
	char *half = (char *)(uintptr_t)mem_chr(b->text + b->len / 2, s->delimiter, b->len - b->len / 2);
	pid_t pid;
	int status;

	half++;
	b->first = mem_count(b->text, s->delimiter, (size_t)(half - b->text));
	pid = fork();
	if (pid == 0) {
		sort_half(s, half, end, b->lines + b->first, b->count - b->first);
		_exit(0);
	}
	sort_half(s, b->text, half, b->lines, b->first);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || status != 0)
		sort_half(s, half, end, b->lines + b->first, b->count - b->first);
}

static void sort_block(const struct sorter *s, struct block *b)
{
	bool split;

	b->count = mem_count(b->text, s->delimiter, b->len);
	b->first = b->count;
	split = b->count >= SPLIT_LINES && s->parallel > 1;
	b->mapped = (b->count + 1) * sizeof(*b->lines);
	b->lines = mmap(NULL, b->mapped, PROT_READ | PROT_WRITE,
			MAP_ANONYMOUS | MAP_POPULATE | (split ? MAP_SHARED : MAP_PRIVATE), -1, 0);
	if (b->lines == MAP_FAILED)
		arena_exhausted();
	if (split)
		sort_halves(s, b);
	else
		sort_text(s, b->text, b->text + b->len, b->lines, b->count);
}

/* The next line in order of the two halves, which are at *i and *j. */
static const struct line *next_in_order(const struct sorter *s, const struct block *b, size_t *i, size_t *j)
{
	bool backwards = s->plain && s->reverse, second = *i == b->first;

	if (*i < b->first && *j < b->count) {
		const struct line *x = &b->lines[backwards ? b->first - 1 - *i : *i];
		const struct line *y = &b->lines[backwards ? b->count - 1 - (*j - b->first) : *j];

		second = compare_lines(s, x, y) > 0;
	}
	if (second) {
		++*j;
		return &b->lines[backwards ? b->count - (*j - b->first) : *j - 1];
	}
	++*i;
	return &b->lines[backwards ? b->first - *i : *i - 1];
}

static void write_block(const struct sorter *s, struct block *b, struct writer *out)
{
	const struct line *last = NULL;
	size_t i = 0, j = b->first;

	while (i < b->first || j < b->count) {
		const struct line *line = next_in_order(s, b, &i, &j);

		if (!s->unique || !last || compare_keys(s, last, line) != 0) {
			put_line(s, out, line);
			last = line;
		}
	}
	munmap(b->lines, b->mapped);
}

/* Writes what is in memory to a run, but for a line that is not complete. */
static void spill(struct sorter *s, struct block *b)
{
	const char *last = mem_rchr(b->text, s->delimiter, b->len);
	size_t rest = b->len - (size_t)(last + 1 - b->text);
	struct arena_mark mark;
	struct run_writer r;

	b->len -= rest;
	reduce_runs(s);
	s->runs = arena_reserve(s->runs, s->runs_count, &s->runs_size, sizeof(struct input));
	mark = arena_mark();
	sort_block(s, b);
	begin_run(s, &r);
	write_block(s, b, &r.w);
	s->runs[s->runs_count++] = (struct input){ NULL, end_run(s, &r) };
	arena_release(mark);
	memmove(b->text, b->text + b->len, rest);
	b->len = rest;
}

/* Makes room for more text. */
static void grow_block(struct block *b, size_t size)
{
	if (size <= b->size)
		return;
	b->text = arena_grow(b->text, b->size, size);
	b->size = size;
}

/* Makes room for a whole file, with pages that need not be faulted in one by one. */
static void prepare_block(struct block *b, size_t more)
{
	char *first;

	grow_block(b, b->len + more);
	first = b->text + (PAGE - (uintptr_t)(b->text + b->len) % PAGE) % PAGE + b->len;
	if (more > FIRST_TEXT)
		madvise(first, (more - PAGE) / PAGE * PAGE, POPULATE_WRITE);
}

/* Reads a file into the block, which is written to runs as it fills. */
static void read_input(struct sorter *s, struct block *b, int fd, const char *name)
{
	struct stat st;
	size_t lines = b->len ? mem_count(b->text, s->delimiter, b->len) : 0;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uintmax_t)st.st_size < s->memory)
		prepare_block(b, (size_t)st.st_size + 2);
	grow_block(b, FIRST_TEXT);
	for (;;) {
		ssize_t n;

		if (b->size - b->len < 2)
			grow_block(b, 2 * b->size);
		n = read_some(fd, b->text + b->len, b->size - b->len - 1);
		if (n < 0)
			die_errno("read failed: %s", quote_maybe(name));
		if (n == 0)
			break;
		lines += mem_count(b->text + b->len, s->delimiter, (size_t)n);
		b->len += (size_t)n;
		if (lines > 0 && b->len + lines * sizeof(struct line) >= s->memory) {
			spill(s, b);
			lines = 0;
		}
	}
	if (b->len > 0 && b->text[b->len - 1] != s->delimiter)
		b->text[b->len++] = s->delimiter;
}

/* Empties the file of -o, now that all input was read; standard output is somebody else's, and what is in it stays. */
static void empty_output(struct sorter *s)
{
	if (s->output && ftruncate(s->out->fd, 0) < 0)
		errno = 0; /* not a file that has a length */
}

void sort_files(struct sorter *s, char **files)
{
	struct block b = { 0 };

	for (; *files; files++) {
		int fd = open_input(*files);

		if (fd < 0)
			die_errno("open failed: %s", quote_maybe(*files));
		if (fd == STDIN_FILENO && fcntl(fd, F_GETFD) < 0)
			die_errno("stat failed: -");
		read_input(s, &b, fd, *files);
		close_file(fd);
	}
	if (s->runs_count == 0) {
		sort_block(s, &b);
		empty_output(s);
		write_block(s, &b, s->out);
		return;
	}
	if (b.len > 0)
		spill(s, &b);
	s->runs_count = merge_to(s, s->runs, s->runs_count, s->batch);
	empty_output(s);
	merge(s, s->runs, s->runs_count, s->out);
}

/* Copies a file that is to be written to before it is. */
static struct run copy_input(struct sorter *s, const char *name)
{
	int fd = open_input(name);
	struct run_writer r;
	char *block = arena_alloc(IO_BLOCK);
	ssize_t n;

	if (fd < 0)
		die_errno("open failed: %s", quote_maybe(name));
	begin_run(s, &r);
	while ((n = read_some(fd, block, IO_BLOCK)) > 0)
		writer_mem(&r.w, block, (size_t)n);
	if (n < 0)
		die_errno("read failed: %s", quote_maybe(name));
	close_file(fd);
	return end_run(s, &r);
}

void merge_files(struct sorter *s, char **files)
{
	size_t count = 0;
	struct input *inputs;
	struct stat out, st;
	bool has_out = s->output && fstat(s->out->fd, &out) == 0;

	while (files[count])
		count++;
	inputs = arena_array(struct input, count + 1);
	for (size_t i = 0; i < count; i++) {
		inputs[i] = (struct input){ files[i], { -1 } };
		if (has_out && (strcmp(files[i], "-") == 0 ? fstat(0, &st) : stat(files[i], &st)) == 0 &&
		    st.st_dev == out.st_dev && st.st_ino == out.st_ino)
			inputs[i] = (struct input){ NULL, copy_input(s, files[i]) };
	}
	count = merge_to(s, inputs, count, s->batch);
	empty_output(s);
	merge(s, inputs, count, s->out);
}

int check_file(struct sorter *s, const char *file, bool quiet)
{
	struct lines l = { 0 };
	int fd = open_input(file);
	uintmax_t number = 0;
	struct line before = { 0 };

	if (fd < 0)
		die_errno("open failed: %s", quote_maybe(file));
	lines_open(&l, fd, s->delimiter);
	while (lines_next(&l)) {
		struct line line = { .text = l.line, .len = l.len };
		int order;

		prepare_line(s, &line);
		before.text = l.prev;
		before.len = l.prev_len;
		order = number++ ? compare_lines(s, &before, &line) : -1;
		if (order > 0 || (order == 0 && s->unique)) {
			if (!quiet)
				warn("%s:%ju: disorder: %.*s", strcmp(file, "-") ? file : "-", number,
				     (int)l.len, l.line);
			return 1;
		}
		before = line;
	}
	if (l.r.error) {
		errno = l.r.error;
		die_errno("read failed: %s", quote_maybe(file));
	}
	return 0;
}
