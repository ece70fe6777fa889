/* tac - write files with their last line first
 *
 * usage: tac [OPTION]... [FILE]...
 *
 *   -b, --before             the separator begins a record, it does not end one
 *   -r, --regex              the separator is a regular expression
 *   -s, --separator=STRING   what separates records, a newline if not said
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "tac invocation"
 */
#include "libbb.h"
#include "copy.h"
#include "regex.h"
#include "tac.gen.h"

enum {
	BLOCK = 65536,
	IN_MEMORY = 4 << 20, /* what comes through a pipe and is longer goes to a temporary file */
	WINDOW = 256,        /* bytes searched at first for an expression */
};

struct job {
	const char *separator;
	size_t len; /* of it */
	bool before;
	struct regex *regex; /* or NULL */
};

/* The end of a file that was read backwards: bytes of the file from `at` on. */
struct tail {
	char *buf;
	size_t size, start; /* the text is buf[start..size) */
	off_t at;
};

struct found {
	size_t start, len;
	bool any;
};

/* Finds the last separator in a text. */
static struct found find_last(const struct job *job, const char *p, size_t len)
{
	char last = job->separator[job->len - 1];
	const char *end = p + len;

	while ((end = mem_rchr(p, last, (size_t)(end - p)))) {
		if ((size_t)(end - p) + 1 >= job->len &&
		    memcmp(end + 1 - job->len, job->separator, job->len) == 0)
			return (struct found){ (size_t)(end - p) + 1 - job->len, job->len, true };
	}
	return (struct found){ 0 };
}

/* Finds the match of the expression that begins last and lies in the text. */
static struct found find_last_match(const struct job *job, const char *p, size_t len)
{
	struct found found = { 0 };

	for (size_t window = WINDOW;; window *= 2) {
		size_t from = window < len ? len - window : 0;
		struct regex_span span;

		for (size_t at = from; at < len && regex_search(job->regex, p, len, at, 0, &span, 1);
		     at = (size_t)span.start + 1) {
			if ((size_t)span.start == len)
				break;
			found = (struct found){ (size_t)span.start, (size_t)(span.end - span.start), true };
		}
		if (found.any || from == 0)
			return found;
	}
}

/* Writes a text of which nothing else is to be read, last record first. Returns how much of its beginning is left because no
 * separator is before it. */
static size_t put_records(const struct job *job, const char *text, size_t len)
{
	size_t end = len, search = len;

	for (;;) {
		struct found f = job->regex ? find_last_match(job, text, search)
					    : find_last(job, text, search);
		size_t cut;

		if (!f.any)
			return end;
		cut = job->before ? f.start : f.start + f.len;
		if (job->before || cut < len || f.start + f.len < len) {
			out_mem(text + cut, end - cut);
			end = cut;
		}
		search = job->regex ? f.start : f.start + f.len - 1; /* of two that overlap both count */
		if (out_failed())
			leave(1);
	}
}

/* Reads the block before what is there. Returns false with errno set on error. */
static bool read_before(struct tail *t, int fd)
{
	size_t want = t->at < BLOCK ? (size_t)t->at : BLOCK;
	ssize_t n;

	if (t->at % BLOCK && t->at > BLOCK)
		want = (size_t)(t->at % BLOCK);
	if (t->start < want) {
		size_t more = t->size + 2 * BLOCK;
		char *buf = arena_alloc(t->size + more);

		if (t->size > t->start)
			memcpy(buf + t->start + more, t->buf + t->start, t->size - t->start);
		t->buf = buf;
		t->start += more;
		t->size += more;
	}
	n = pread(fd, t->buf + t->start - want, want, t->at - (off_t)want);
	if (n != (ssize_t)want) {
		if (n >= 0)
			errno = EIO;
		return false;
	}
	t->start -= want;
	t->at -= (off_t)want;
	return true;
}

/* Writes a file from its end. Returns false with errno set if it cannot be read. */
static bool tac_seekable(const struct job *job, int fd, off_t end)
{
	struct tail t = { .at = end };
	bool first = true;

	while (t.at > 0 || t.start < t.size) {
		size_t len, left;

		if (t.at > 0 && !read_before(&t, fd))
			return false;
		len = t.size - t.start;
		/* the separator at the very end is no end of a record that is still to come */
		left = put_records(job, t.buf + t.start, len);
		if (t.at == 0) {
			out_mem(t.buf + t.start, left);
			return true;
		}
		if (left < len || first) {
			memmove(t.buf + t.size - left, t.buf + t.start, left);
			t.start = t.size - left;
		}
		first = false;
	}
	return true;
}

/* Copies what is left of a stream to a temporary file after what was read of it. Returns it, or -1 with errno set. */
static int spool(int fd, const char *text, size_t len)
{
	const char *dir = getenv("TMPDIR");
	int to = open_file(dir ? dir : "/tmp", O_RDWR | O_TMPFILE, 0600);

	if (to < 0) {
		char *name = arena_printf("%s/tacXXXXXX", dir ? dir : "/tmp");

		to = mkostemp(name, O_CLOEXEC);
		if (to < 0)
			return -1;
		unlink(name);
		own_file(to);
	}
	if (write_all(to, text, len) < 0 || copy_stream(fd, to, COPY_ALL, NULL, NULL) != COPY_DONE)
		return -1;
	return to;
}

/* Writes a file that is read forwards. */
static bool tac_stream(const struct job *job, int fd)
{
	size_t size = BLOCK, len = 0;
	char *text = arena_alloc(size);
	ssize_t n;

	while ((n = read_some(fd, text + len, size - len)) > 0) {
		len += (size_t)n;
		if (len < size)
			continue;
		if (size >= IN_MEMORY && !job->regex) {
			int to = spool(fd, text, len);
			bool done = to >= 0 && tac_seekable(job, to, lseek(to, 0, SEEK_END));

			if (to >= 0)
				close_file(to);
			return done;
		}
		text = arena_grow(text, size, 2 * size);
		size *= 2;
	}
	if (n < 0)
		return false;
	out_mem(text, put_records(job, text, len));
	return true;
}

static int tac_file(const struct job *job, const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0, done = false;
	int fd = open_input(name);
	struct stat st;

	if (fd < 0) {
		warn_errno("failed to open %s for reading", quote_file(name));
		return 1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !job->regex && st.st_size > BLOCK)
		done = tac_seekable(job, fd, st.st_size);
	else if (lseek(fd, 0, SEEK_SET) <= 0) /* from the beginning, wherever it stands */
		done = tac_stream(job, fd);
	if (!done)
		warn_errno("%s: read error", quote_maybe(is_stdin ? "standard input" : name));
	close_file(fd);
	return !done;
}

int tac_main(struct tac_options *opt, char **files)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .separator = "\n", .len = 1, .before = opt->before };
	bool stdin_closed = false;
	int status = 0;

	if (opt->separator) {
		job.separator = opt->separator;
		job.len = *opt->separator ? strlen(opt->separator) : 1;
	}
	if (opt->regex) {
		const char *error;

		if (opt->separator && !*opt->separator)
			die("separator cannot be empty");
		job.regex = regex_compile(job.separator, job.len, REGEX_EMACS,
					  REGEX_NEWLINE | (locale_is_utf8() ? 0 : REGEX_BYTES), &error);
		if (!job.regex)
			die("%s", error);
	}
	for (files = *files ? files : stdin_only; *files; files++) {
		struct arena_mark mark = arena_mark();

		stdin_closed |= strcmp(*files, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= tac_file(&job, *files);
		arena_release(mark);
	}
	regex_free(job.regex);
	if (stdin_closed) {
		warn_code(EBADF, "-");
		status = 1;
	}
	return status;
}
