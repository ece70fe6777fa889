/* split - write a file in pieces
 *
 * usage: split [OPTION]... [FILE [PREFIX]]
 *
 *   -a, --suffix-length=N...   suffixes of N characters; 2, or more if they do not suffice
 *       --additional-suffix=SUFFIX  put SUFFIX behind each name
 *   -b, --bytes=SIZE...        SIZE bytes in each piece
 *   -C, --line-bytes=SIZE...   up to SIZE bytes of whole lines in each piece
 *   -d                         suffixes of digits, from 0
 *       --numeric-suffixes[=FROM]...  the same from FROM
 *   -x                         suffixes of hexadecimal digits, from 0
 *       --hex-suffixes[=FROM]...  the same from FROM
 *   -e, --elide-empty-files    no empty pieces with -n
 *       --filter=COMMAND       give the pieces to the shell's COMMAND, in which $FILE is the name
 *   -l, --lines=NUMBER...      NUMBER lines in each piece, 1000 if nothing else is said
 *   -n, --number=CHUNKS...     CHUNKS pieces
 *   -t, --separator=SEP...     lines end with SEP, not with a newline; \0 is NUL
 *   -u, --unbuffered           with -n r/N write each line at once
 *       --verbose              say so before each piece is begun
 *
 * The pieces are PREFIXaa, PREFIXab ...; PREFIX is x if not said. FILE - is standard input, and so
 * is no FILE. SIZE may end in b (512), K, M, G, T, P, E, Z, Y, R, Q (powers of 1024; KiB is the same)
 * or kB, MB ... (powers of 1000). CHUNKS is
 *   N, l/N, r/N         N pieces of equal size; without splitting lines; of every Nth line
 *   K/N, l/K/N, r/K/N   only the Kth of these, to standard output
 *
 * install: /usr/bin
 * hidden: -NUM
 * follows: POSIX.1-2024 split; GNU coreutils manual, "split invocation"
 */
#include <spawn.h>
#include <sys/wait.h>
#include "libbb.h"
#include "copy.h"
#include "signals.h"
#include "split.gen.h"

extern char **environ;

enum how { NOTHING, BY_BYTES, BY_LINE_BYTES, BY_LINES, CHUNK_BYTES, CHUNK_LINES, CHUNK_ROUND };

/* A piece that is written. */
struct piece {
	int fd; /* -1 if it is not open */
	char *name;
	pid_t pid;
	struct writer w; /* of -n r/N */
	bool begun;
};

struct job {
	enum how how;
	uintmax_t n, k; /* the number of lines, bytes or pieces; which piece, or 0 for all */
	const char *input, *prefix, *suffix, *alphabet, *filter;
	char separator;
	bool elide, unbuffered, verbose;
	size_t length; /* of suffixes */
	bool widening; /* they may become longer */
	char *digits;  /* of the suffix: numbers in the alphabet */
	char *wide;    /* what the prefix has got in front of the suffix */
	bool started;
	int in;
	struct stat in_stat;
	char *block;
	struct piece now;
	int status;
};

/* Makes the next suffix. */
static void next_suffix(struct job *job)
{
	size_t most = strlen(job->alphabet) - 1, i = job->length;

	if (!job->started) {
		job->started = true;
		return;
	}
	while (i > 0 && (size_t)job->digits[i - 1] == most)
		job->digits[--i] = 0;
	if (i == 0)
		die("output file suffixes exhausted");
	job->digits[i - 1]++;
	/* the last letter is kept to begin longer suffixes with */
	if (job->widening && i == 1 && (size_t)job->digits[0] == most) {
		job->wide = arena_printf("%s%c", job->wide, job->alphabet[most]);
		job->length++;
		job->digits = arena_alloc(job->length + 1);
	}
}

static char *next_name(struct job *job)
{
	struct buf name = { 0 };

	next_suffix(job);
	buf_str(&name, job->prefix);
	buf_str(&name, job->wide);
	for (size_t i = 0; i < job->length; i++)
		buf_char(&name, job->alphabet[(size_t)job->digits[i]]);
	buf_str(&name, job->suffix);
	return name.data;
}

/* Starts the command of --filter; returns where to write. */
static int start_filter(struct job *job, struct piece *p)
{
	const char *shell = getenv("SHELL");
	char *argv[] = { arena_strdup(shell ? shell : "/bin/sh"), arena_strdup("-c"),
			 arena_strdup(job->filter), NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int ends[2], error;

	if (job->verbose)
		out_fmt("executing with FILE=%s\n", quote_maybe(p->name));
	out_flush();
	if (setenv("FILE", p->name, 1) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		die_errno("failed to create pipe");
	own_file(ends[1]);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
	error = posix_spawn(&p->pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[0]);
	if (error) {
		errno = error;
		die_errno("failed to run command: \"%s -c %s\"", argv[0], job->filter);
	}
	return ends[1];
}

/* Opens a piece by its name: a new one, or one that was closed for lack of descriptors. */
static int open_piece(struct job *job, struct piece *p)
{
	struct stat st;
	int fd;

	if (job->filter)
		return start_filter(job, p);
	if (stat(p->name, &st) == 0 && st.st_dev == job->in_stat.st_dev && st.st_ino == job->in_stat.st_ino)
		die("%s would overwrite input; aborting", quote_file(p->name));
	fd = open_file(p->name, O_WRONLY | (p->begun ? O_APPEND : O_CREAT | O_TRUNC), 0666);
	return fd;
}

static void begin_piece(struct job *job, struct piece *p, char *name)
{
	*p = (struct piece){ .name = name };
	if (job->verbose && !job->filter)
		out_fmt("creating file %s\n", quote_file(name));
	p->fd = open_piece(job, p);
	if (p->fd < 0)
		die_errno("%s", quote_maybe(name));
	p->begun = true;
}

/* Ends a piece; tells if its filter failed. */
static void end_piece(struct job *job, struct piece *p)
{
	int status;

	if (p->fd >= 0 && close_file(p->fd) < 0 && errno != EPIPE)
		die_errno("%s", quote_maybe(p->name));
	p->fd = -1;
	if (!p->pid)
		return;
	while (waitpid(p->pid, &status, 0) < 0)
		if (errno != EINTR)
			die_errno("waiting for child process");
	p->pid = 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGPIPE) {
		const char *name = signal_name(WTERMSIG(status));

		warn("with FILE=%s, signal %s from command: %s", p->name,
		     name ? name : arena_printf("%d", WTERMSIG(status)), job->filter);
		leave(WTERMSIG(status) + 128);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
		warn("with FILE=%s, exit %d from command: %s", p->name, WEXITSTATUS(status), job->filter);
		leave(WEXITSTATUS(status));
	}
}

/* Goes on with the next piece. */
static void next_piece(struct job *job)
{
	end_piece(job, &job->now);
	begin_piece(job, &job->now, next_name(job));
}

static void put(struct job *job, struct piece *p, const char *text, size_t len)
{
	if (len == 0 || write_all(p->fd, text, len) == 0)
		return;
	if (job->filter && errno == EPIPE) /* it has read enough */
		return;
	if (p->fd == STDOUT_FILENO)
		die_errno("write error");
	die_errno("%s", quote_maybe(p->name));
}

static size_t read_block(struct job *job)
{
	ssize_t n = read_some(job->in, job->block, IO_BLOCK);

	if (n < 0)
		die_errno("%s", quote_maybe(job->input));
	return (size_t)n;
}

/* Copies up to `limit` bytes to the piece; returns how many there were. */
static uintmax_t copy_to(struct job *job, struct piece *p, uintmax_t limit)
{
	uintmax_t copied = 0;

	switch (copy_stream(job->in, p->fd, limit, &job->block, &copied)) {
	case COPY_READ_FAILED:
		die_errno("%s", quote_maybe(job->input));
	case COPY_WRITE_FAILED:
		if (job->filter && errno == EPIPE)
			break;
		die_errno("%s", quote_maybe(p->name));
	case COPY_DONE:
		break;
	}
	return copied;
}

static void split_bytes(struct job *job)
{
	uintmax_t room = 0;
	size_t len;

	while ((len = read_block(job)) > 0) {
		const char *p = job->block, *end = p + len;

		while (p < end) {
			size_t part;

			if (room == 0) {
				next_piece(job);
				room = job->n;
			}
			part = room < (uintmax_t)(end - p) ? (size_t)room : (size_t)(end - p);
			put(job, &job->now, p, part);
			p += part;
			room -= part;
			if (p == end && room > IO_BLOCK && S_ISREG(job->in_stat.st_mode))
				room -= copy_to(job, &job->now, room - 1);
		}
	}
}

/* The end of the `count`th line from `p`, or NULL with *count less by the lines there are. */
static const char *skip_lines(const char *p, const char *end, char separator, uintmax_t *count)
{
	if (*count > (size_t)(end - p) / 64) {
		size_t lines = mem_count(p, separator, (size_t)(end - p));

		if (lines < *count) {
			*count -= lines;
			return NULL;
		}
	}
	for (; (p = mem_chr(p, separator, (size_t)(end - p))); p++)
		if (--*count == 0)
			return p + 1;
	return NULL;
}

static void split_lines(struct job *job)
{
	uintmax_t left = 0;
	size_t len;

	while ((len = read_block(job)) > 0) {
		const char *p = job->block, *end = p + len;

		while (p < end) {
			const char *stop;

			if (left == 0) {
				next_piece(job);
				left = job->n;
			}
			stop = skip_lines(p, end, job->separator, &left);
			put(job, &job->now, p, (size_t)((stop ? stop : end) - p));
			p = stop ? stop : end;
		}
	}
}

/* -C: a line goes to the next piece if it has no room in this one but would have in an empty one. */
static void split_line_bytes(struct job *job)
{
	struct reader in = { 0 };
	uintmax_t room = 0;
	bool open = false;
	const char *line;
	size_t len;

	reader_open(&in, job->in);
	for (;;) {
		/* a line longer than a piece is taken in parts, so that it need not fit in memory */
		size_t have = in.end - in.pos;
		const char *stop = mem_chr(in.buf + in.pos, job->separator, have);

		if (!stop && have < job->n && reader_fill(&in))
			continue;
		have = in.end - in.pos;
		if (have == 0)
			break;
		line = in.buf + in.pos;
		len = stop ? (size_t)(stop + 1 - line) : have;
		/* a last line without its end takes as much room as if it had one */
		if (!open || room == 0 || (len + !stop > room && room < job->n)) {
			next_piece(job);
			open = true;
			room = job->n;
		}
		if (len > room)
			len = (size_t)room;
		put(job, &job->now, line, len);
		in.pos += len;
		room -= len;
	}
	if (in.error) {
		errno = in.error;
		die_errno("%s", quote_maybe(job->input));
	}
}

/* Finds the size of the input from where it stands. */
static uintmax_t input_size(struct job *job)
{
	off_t at = lseek(job->in, 0, SEEK_CUR);
	off_t end;

	if (S_ISREG(job->in_stat.st_mode) && at >= 0)
		return job->in_stat.st_size > at ? (uintmax_t)(job->in_stat.st_size - at) : 0;
	end = at < 0 ? -1 : lseek(job->in, 0, SEEK_END);
	if (end < 0 || S_ISCHR(job->in_stat.st_mode)) {
		if (end >= 0 && end == at)
			return 0;
		errno = 0;
		die("%s: cannot determine file size", quote_maybe(job->input));
	}
	lseek(job->in, at, SEEK_SET);
	return (uintmax_t)(end - at);
}

/* -n N and -n K/N. */
static void chunk_bytes(struct job *job)
{
	uintmax_t size = input_size(job), each = size >= job->n ? size / job->n : 1, left = size;
	struct piece out = { .fd = STDOUT_FILENO, .name = arena_strdup("-") };

	if (job->k) {
		uintmax_t start = (job->k - 1) * each;

		if (lseek(job->in, (off_t)start, SEEK_CUR) < 0)
			die_errno("%s", quote_maybe(job->input));
		copy_to(job, &out, job->k == job->n ? COPY_ALL : each);
		return;
	}
	for (uintmax_t i = 1; i <= job->n; i++) {
		uintmax_t part = i == job->n || each > left ? left : each;

		left -= part;

		if (part == 0 && job->elide)
			continue;
		next_piece(job);
		if (part > 0)
			copy_to(job, &job->now, part);
	}
}

/* -n l/N and -n l/K/N: a line belongs to the piece that its first byte would. */
static void chunk_lines(struct job *job)
{
	uintmax_t size = input_size(job), each = size >= job->n ? size / job->n : 1, at = 0, chunk = 1;
	struct piece out = { .fd = STDOUT_FILENO, .name = arena_strdup("-") };
	bool begun = false, in_line = false;
	size_t len;

	while (at < size && (len = read_block(job)) > 0) {
		const char *p = job->block, *end = p + len;

		while (p < end) {
			uintmax_t limit = chunk == job->n ? UINTMAX_MAX : chunk * each;
			const char *stop = end;

			if (!in_line && at >= limit) {
				if (!job->k && !begun && !job->elide)
					next_piece(job);
				chunk++;
				begun = false;
				continue;
			}
			if (!begun && !job->k)
				next_piece(job);
			begun = true;
			/* all up to the end of the line that goes over the limit */
			if (limit - at <= (uintmax_t)(end - p) && limit != UINTMAX_MAX) {
				const char *from = limit > at ? p + (limit - at) - 1 : p;
				const char *newline = mem_chr(from, job->separator, (size_t)(end - from));

				stop = newline ? newline + 1 : end;
			}
			if (!job->k || job->k == chunk)
				put(job, job->k ? &out : &job->now, p, (size_t)(stop - p));
			at += (uintmax_t)(stop - p);
			in_line = stop[-1] != job->separator;
			p = stop;
		}
	}
	for (chunk += begun; !job->k && chunk <= job->n; chunk++)
		if (!job->elide)
			next_piece(job);
}

/* Opens a piece again; another one is closed if there are too many. */
static void reopen_piece(struct job *job, struct piece *pieces, size_t i)
{
	while ((pieces[i].fd = open_piece(job, &pieces[i])) < 0) {
		size_t other = i;

		if (errno != EMFILE && errno != ENFILE)
			die_errno("%s", quote_maybe(pieces[i].name));
		do
			other = other ? other - 1 : (size_t)job->n - 1;
		while (other != i && pieces[other].fd < 0);
		if (other == i || job->filter)
			die_errno("%s", quote_maybe(pieces[i].name));
		writer_flush(&pieces[other].w);
		close_file(pieces[other].fd);
		pieces[other].fd = -1;
	}
	pieces[i].begun = true;
	pieces[i].w.fd = pieces[i].fd;
}

/* Writes a line to one of the pieces of -n r/N. */
static void put_round(struct job *job, struct piece *pieces, size_t i, const char *line, size_t len)
{
	struct piece *p = &pieces[i];

	if (p->fd < 0) {
		bool first = !p->begun;

		if (first && job->verbose && !job->filter)
			out_fmt("creating file %s\n", quote_file(p->name));
		reopen_piece(job, pieces, i);
		if (first)
			writer_open(&p->w, p->fd);
	}
	writer_mem(&p->w, line, len);
	if (job->unbuffered)
		writer_flush(&p->w);
	if (p->w.error && !(job->filter && p->w.error == EPIPE)) {
		errno = p->w.error;
		die_errno("%s", quote_maybe(p->name));
	}
}

/* -n r/N and -n r/K/N */
static void chunk_round(struct job *job)
{
	struct piece *pieces = NULL;
	struct reader in = { 0 };
	size_t i = 0, len;
	const char *line;

	if (!job->k)
		pieces = arena_array(struct piece, (size_t)job->n);
	for (size_t j = 0; !job->k && j < job->n; j++)
		pieces[j] = (struct piece){ .fd = -1, .name = next_name(job) };
	reader_open(&in, job->in);
	while ((line = reader_line(&in, &len, job->separator))) {
		if (!job->k)
			put_round(job, pieces, i, line, len);
		else if (i == job->k - 1)
			out_mem(line, len);
		if (job->k && job->unbuffered)
			out_flush();
		if (out_failed())
			die_errno("write error");
		i = i + 1 == job->n ? 0 : i + 1;
	}
	if (in.error) {
		errno = in.error;
		die_errno("%s", quote_maybe(job->input));
	}
	for (i = 0; !job->k && i < job->n; i++) {
		if (pieces[i].fd < 0 && !pieces[i].begun && !job->elide)
			put_round(job, pieces, i, "", 0);
		if (writer_flush(&pieces[i].w) < 0 && !(job->filter && pieces[i].w.error == EPIPE)) {
			errno = pieces[i].w.error;
			die_errno("%s", quote_maybe(pieces[i].name));
		}
		end_piece(job, &pieces[i]);
	}
}

/* Options */

static uintmax_t read_number(const char *arg, const char *suffixes, const char *what)
{
	uintmax_t n;
	enum num_error error = parse_uint(arg, suffixes, &n);

	errno = n == 0 ? ERANGE : EOVERFLOW;
	if (error == NUM_OVERFLOW && suffixes && strcmp(what, "number of bytes") != 0)
		return UINTMAX_MAX;
	if (error == NUM_OVERFLOW || (error == NUM_OK && n == 0))
		die_errno("invalid %s: %s", what, quote(arg));
	if (error != NUM_OK)
		die("invalid %s: %s", what, quote(arg));
	return n;
}

static void read_chunks(struct job *job, const char *arg)
{
	const char *slash;

	job->how = CHUNK_BYTES;
	if ((*arg == 'l' || *arg == 'r') && arg[1] == '/') {
		job->how = *arg == 'l' ? CHUNK_LINES : CHUNK_ROUND;
		arg += 2;
	}
	slash = strchr(arg, '/');
	if (slash) {
		const char *first = arena_memdup(arg, (size_t)(slash - arg));

		job->n = read_number(slash + 1, NULL, "number of chunks");
		job->k = read_number(first, NULL, "chunk number");
		if (job->k > job->n) {
			errno = ERANGE;
			die_errno("invalid chunk number: %s", quote(first));
		}
		return;
	}
	job->n = read_number(arg, NULL, "number of chunks");
}

/* Sets how the input is split; it may be said only once. */
static void read_how(struct job *job, const struct split_options *opt)
{
	const struct option_list *lists[] = { &opt->bytes, &opt->line_bytes, &opt->lines, &opt->number };
	static const char *const names[] = { "number of bytes", "number of bytes", "number of lines" };
	size_t given = opt->NUM != NULL;

	for (size_t i = 0; i < 4; i++)
		given += lists[i]->count;
	for (size_t i = 0; i < 4; i++) {
		if (lists[i]->count == 0)
			continue;
		if (i == 3)
			read_chunks(job, lists[i]->items[0].value);
		else
			job->n = read_number(lists[i]->items[0].value, i == 2 ? NULL : SIZE_SUFFIXES,
					     names[i]);
		job->how = i == 3 ? job->how : BY_BYTES + (enum how)i;
	}
	if (given > 1)
		die_usage("cannot split in more than one way");
	if (opt->NUM) {
		job->n = read_number(opt->NUM, NULL, "number of lines");
		job->how = BY_LINES;
	}
	if (job->how == NOTHING) {
		job->how = BY_LINES;
		job->n = 1000;
	}
}

/* Reads the alphabet and the first number of the suffixes; returns the latter, or NULL. */
static const char *read_alphabet(struct job *job, const struct split_options *opt)
{
	const struct option_list *lists[] = { &opt->numeric_suffixes, &opt->hex_suffixes };
	static const char *const alphabets[] = { "0123456789", "0123456789abcdef" };
	const unsigned flags[] = { opt->d, opt->x };
	const char *from = NULL;
	unsigned last = 0;

	job->alphabet = "abcdefghijklmnopqrstuvwxyz";
	for (size_t i = 0; i < 2; i++) {
		if (flags[i] > last) {
			last = flags[i];
			job->alphabet = alphabets[i];
		}
		for (size_t j = 0; j < lists[i]->count; j++) {
			const char *value = lists[i]->items[j].value;

			if (value && value[strspn(value, alphabets[i])])
				die_usage("%s: invalid start value for %s suffix", quote(value),
					  i == 0 ? "numerical" : "hexadecimal");
			if (lists[i]->items[j].at > last) {
				last = lists[i]->items[j].at;
				job->alphabet = alphabets[i];
				from = value;
			}
		}
	}
	while (from && *from == '0' && from[1])
		from++;
	return from;
}

/* Sets the length of the suffixes to what is asked for, or needed for the pieces that are known to come. */
static void set_suffixes(struct job *job, const char *from, uintmax_t length)
{
	size_t base = strlen(job->alphabet), need = 0;
	bool chunks = job->how >= CHUNK_BYTES && !job->k;
	uintmax_t first = from ? strtoull(from, NULL, base == 16 ? 16 : 10) : 0, last;

	job->widening = length == 0 && !from && !chunks;
	if (chunks) {
		last = job->n - 1;
		if (from && first < job->n && length == 0)
			last += first;
		do
			need++;
		while (last /= base);
		if (length && length < need)
			die("the suffix length needs to be at least %zu", need);
	}
	if (length == 0)
		length = need > 2 ? need : 2;
	if (from && strlen(from) > length)
		die_usage("numerical suffix start value is too large for the suffix length");
	job->length = (size_t)length;
	job->digits = arena_alloc(job->length + 1);
	job->wide = arena_strdup("");
	for (size_t i = 0; from && from[i]; i++)
		job->digits[job->length - strlen(from) + i] = (char)(strchr(job->alphabet, from[i]) -
								     job->alphabet);
}

static void read_separator(struct job *job, const struct option_list *list)
{
	job->separator = '\n';
	for (size_t i = 0; i < list->count; i++) {
		const char *s = list->items[i].value;
		char c = *s;

		if (!*s)
			die("empty record separator");
		if (s[1]) {
			if (strcmp(s, "\\0") != 0)
				die("multi-character separator %s", quote(s));
			c = 0;
		}
		if (i > 0 && c != job->separator)
			die("multiple separator characters specified");
		job->separator = c;
	}
}

static void read_options(struct job *job, const struct split_options *opt, char **argv)
{
	uintmax_t length = 0;
	const char *from;

	for (size_t i = 0; i < opt->suffix_length.count; i++) {
		const char *arg = opt->suffix_length.items[i].value;
		enum num_error error = parse_uint(arg, NULL, &length);

		errno = EOVERFLOW;
		if (error == NUM_OVERFLOW)
			die_errno("invalid suffix length: %s", quote(arg));
		if (error != NUM_OK)
			die("invalid suffix length: %s", quote(arg));
	}
	if (opt->additional_suffix && strchr(opt->additional_suffix, '/'))
		die_usage("invalid suffix %s, contains directory separator", quote(opt->additional_suffix));
	read_separator(job, &opt->separator);
	read_how(job, opt);
	from = read_alphabet(job, opt);
	job->filter = opt->filter;
	if (job->k && job->filter)
		die_usage("--filter does not process a chunk extracted to stdout");
	job->input = argv[0] ? argv[0] : "-";
	job->prefix = argv[0] && argv[1] ? argv[1] : "x";
	if (argv[0] && argv[1] && argv[2])
		die_extra_operand(argv[2]);
	job->suffix = opt->additional_suffix ? opt->additional_suffix : "";
	job->elide = opt->elide_empty_files;
	job->unbuffered = opt->unbuffered;
	job->verbose = opt->verbose;
	set_suffixes(job, from, length);
}

int split_main(struct split_options *opt, char **argv)
{
	struct job job = { .now = { .fd = -1 } };

	read_options(&job, opt, argv);
	job.in = open_input(job.input);
	if (job.in < 0)
		die_errno("cannot open %s for reading", quote_file(job.input));
	if (fstat(job.in, &job.in_stat) < 0)
		die_errno("%s", quote_maybe(job.input));
	job.block = arena_alloc(COPY_BLOCK);
	if (job.filter)
		signal_ignore(SIGPIPE);
	switch (job.how) {
	case BY_BYTES:
		split_bytes(&job);
		break;
	case BY_LINE_BYTES:
		split_line_bytes(&job);
		break;
	case CHUNK_BYTES:
		chunk_bytes(&job);
		break;
	case CHUNK_LINES:
		chunk_lines(&job);
		break;
	case CHUNK_ROUND:
		chunk_round(&job);
		break;
	default:
		split_lines(&job);
	}
	end_piece(&job, &job.now);
	return job.status;
}
