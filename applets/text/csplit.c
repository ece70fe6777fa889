/* csplit - split a file where lines match
 *
 * usage: csplit [OPTION]... FILE PATTERN...
 *
 *   -b, --suffix-format=FORMAT  names end as printf writes a number by FORMAT, not by %02d
 *   -f, --prefix=PREFIX         names begin with PREFIX, not with xx
 *   -k, --keep-files            leave the pieces if there is an error
 *       --suppress-matched      leave out the lines where the pieces are split
 *   -n, --digits=DIGITS         numbers of DIGITS digits, not 2
 *   -s, --quiet, --silent       do not write the sizes of the pieces
 *   -z, --elide-empty-files     no empty pieces
 *
 * Writes the pieces to xx00, xx01 ... and their sizes to standard output. FILE - is standard input.
 * PATTERN is
 *   INTEGER            up to, but not with, the line of that number
 *   /REGEXP/[OFFSET]   up to a line that matches, or so many lines (+N or -N) from it
 *   %REGEXP%[OFFSET]   the same, but the piece is left out
 *   {INTEGER}          the pattern before again, so many times
 *   {*}                the pattern before again, as often as it matches
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 csplit; GNU coreutils manual, "csplit invocation"
 */
#include <poll.h>
#include "libbb.h"
#include "regex.h"
#include "signals.h"
#include "csplit.gen.h"

struct pattern {
	const char *text;
	uintmax_t line; /* or 0 */
	struct regex *regex;
	intmax_t offset;
	bool skip; /* % */
	uintmax_t repeat;
	bool forever;
};

struct job {
	const struct csplit_options *opt;
	const char *format, *prefix;
	struct reader in;
	uintmax_t first;   /* number of the line at in.pos, the first that is not yet written */
	uintmax_t scan;    /* number of the next line to look at */
	size_t scanned;    /* bytes from in.pos to that */
	uintmax_t current; /* the line that was matched last */
	struct pattern *patterns;
	size_t count, size;
	struct writer out; /* the piece; fd is -1 if there is none */
	bool open;
	uintmax_t written;
	int pieces;
};

static const int deadly[] = { SIGALRM, SIGHUP,  SIGINT,  SIGPIPE, SIGQUIT,
			      SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ };

/* The name of a piece. */
static char *name_of(const struct job *job, int number)
{
	return arena_printf("%s%s", job->prefix, arena_printf(job->format, number));
}

static void remove_pieces(struct job *job)
{
	for (int i = 0; i < job->pieces && !job->opt->keep_files; i++)
		unlink(name_of(job, i));
	job->pieces = 0;
}

static void end_piece(struct job *job)
{
	char *name;

	if (!job->open)
		return;
	job->open = false;
	name = name_of(job, job->pieces - 1);
	if (writer_close(&job->out) < 0) {
		warn_errno("%s", quote_maybe(name));
		remove_pieces(job);
		leave(1);
	}
	if (job->written == 0 && job->opt->elide_empty_files) {
		unlink(name);
		job->pieces--;
	} else if (!job->opt->quiet) {
		out_fmt("%ju\n", job->written);
	}
}

static void free_patterns(struct job *job)
{
	for (size_t i = 0; i < job->count; i++)
		regex_free(job->patterns[i].regex);
}

/* Ends with a message; the pieces are removed. */
static _Noreturn void fail(struct job *job, const char *message)
{
	warn("%s", message);
	end_piece(job);
	remove_pieces(job);
	free_patterns(job);
	leave(1);
}

/* Removes the pieces and dies of a signal that came. */
static void check_signals(struct job *job)
{
	if (!signal_waiting())
		return;
	for (size_t i = 0; i < sizeof(deadly) / sizeof(*deadly); i++)
		if (signal_take(deadly[i])) {
			remove_pieces(job);
			signal_default(deadly[i]);
			raise(deadly[i]);
		}
}

static void begin_piece(struct job *job)
{
	char *name = name_of(job, job->pieces);
	int fd = open_file(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0)
		fail(job, arena_printf("%s: %s", quote_maybe(name), strerror(errno)));
	job->pieces++;
	writer_open(&job->out, fd);
	job->open = true;
	job->written = 0;
}

/* Reads more. Returns false at the end of the input. */
static bool fill(struct job *job)
{
	struct pollfd ready = { .fd = job->in.fd, .events = POLLIN };

	check_signals(job);
	while (poll(&ready, 1, -1) < 0 && errno == EINTR)
		check_signals(job);
	if (reader_fill(&job->in))
		return true;
	if (job->in.error) {
		errno = job->in.error;
		fail(job, arena_printf("read error: %s", strerror(errno)));
	}
	return false;
}

/* Goes over the next line that was not looked at; *len is its length with its newline. Returns false at the end. */
static bool scan_line(struct job *job, const char **line, size_t *len)
{
	size_t seen = job->scanned;
	const char *newline;

	for (;;) {
		const char *from = job->in.buf + job->in.pos + seen;
		size_t left = (size_t)(job->in.buf + job->in.end - from);

		newline = mem_chr(from, '\n', left);
		if (newline)
			break;
		seen += left;
		if (!fill(job))
			break;
	}
	*line = job->in.buf + job->in.pos + job->scanned;
	*len = newline ? (size_t)(newline + 1 - *line) : seen - job->scanned;
	if (*len == 0)
		return false;
	job->scanned += *len;
	job->scan++;
	return true;
}

/* Writes bytes to the piece, or leaves them out if there is none. */
static void put(struct job *job, const char *p, size_t len)
{
	if (job->open)
		writer_mem(&job->out, p, len);
	job->written += len;
	job->in.pos += len;
	job->scanned -= len;
}

/* Writes the lines before number `line`. Returns false if there are not so many. */
static bool put_until(struct job *job, uintmax_t line)
{
	while (job->first < line) {
		const char *p = job->in.buf + job->in.pos, *newline;
		size_t len;

		if (job->first == job->scan) {
			if (!scan_line(job, &p, &len))
				return false;
		} else {
			newline = mem_chr(p, '\n', job->scanned);
			len = newline ? (size_t)(newline + 1 - p) : job->scanned;
		}
		put(job, p, len);
		job->first++;
	}
	return true;
}

/* Leaves out the line where a piece ends. */
static void drop_line(struct job *job)
{
	bool open = job->open;
	uintmax_t written = job->written;

	job->open = false;
	put_until(job, job->first + 1);
	job->open = open;
	job->written = written;
}

static const char *repetition(uintmax_t n)
{
	return n ? arena_printf(" on repetition %ju", n) : "";
}

static _Noreturn void out_of_range(struct job *job, const struct pattern *p, uintmax_t n)
{
	fail(job, arena_printf("%s: line number out of range%s", quote(p->text), repetition(n)));
}

static void split_at_line(struct job *job, const struct pattern *p, uintmax_t n)
{
	uintmax_t line = p->line * (n + 1);
	const char *text;
	size_t len;

	begin_piece(job);
	if (job->scan == 1 && job->in.end == 0 && !fill(job)) {
		writer_close(&job->out);
		free_patterns(job);
		die("input disappeared");
	}
	if (!put_until(job, line) || (job->first == job->scan && !scan_line(job, &text, &len)))
		out_of_range(job, p, n);
	end_piece(job);
	if (job->opt->suppress_matched)
		drop_line(job);
	job->current = line - 1;
}

/* Finds the next line that matches; what cannot be needed any more is written on the way. Returns its number, or 0. */
static uintmax_t find_match(struct job *job, const struct pattern *p)
{
	uintmax_t keep = p->offset < 0 ? -(uintmax_t)p->offset : 0;
	const char *line;
	size_t len;

	/* lines that were looked at for the match before but not written are not looked at again */
	if (job->current + 1 < job->scan) {
		uintmax_t back = job->current + 1 < job->first ? job->first : job->current + 1;

		job->scanned = 0;
		for (job->scan = job->first; job->scan < back;)
			if (!scan_line(job, &line, &len))
				return 0;
	}
	while (job->scan <= job->current)
		if (!scan_line(job, &line, &len))
			return 0;
	while (scan_line(job, &line, &len)) {
		if (regex_search(p->regex, line, len - (line[len - 1] == '\n'), 0, 0, NULL, 0))
			return job->scan - 1;
		if (job->scan - job->first > keep)
			put_until(job, job->scan - keep);
	}
	return 0;
}

/* Returns false if the pattern is to be tried as long as it matches, and does not. */
static bool split_at_match(struct job *job, const struct pattern *p, uintmax_t n)
{
	uintmax_t match, line;

	if (!p->skip)
		begin_piece(job);
	match = find_match(job, p);
	if (match == 0) {
		put_until(job, UINTMAX_MAX);
		if (!p->forever)
			fail(job, arena_printf("%s: match not found%s", quote(p->text), repetition(n)));
		end_piece(job);
		return false;
	}
	if (p->offset < 0 && match < -(uintmax_t)p->offset + job->first)
		out_of_range(job, p, n);
	line = match + (uintmax_t)p->offset;
	if (!put_until(job, line))
		out_of_range(job, p, n);
	end_piece(job);
	if (job->opt->suppress_matched)
		drop_line(job);
	job->current = p->offset < 0 ? match : line;
	return true;
}

static void split_all(struct job *job)
{
	for (size_t i = 0; i < job->count; i++) {
		const struct pattern *p = &job->patterns[i];

		for (uintmax_t n = 0; p->forever || n <= p->repeat; n++) {
			check_signals(job);
			if (p->line)
				split_at_line(job, p, n);
			else if (!split_at_match(job, p, n))
				return;
		}
	}
	begin_piece(job);
	put_until(job, UINTMAX_MAX);
	end_piece(job);
}

/* Patterns */

/* Reads /REGEXP/OFFSET or %REGEXP%OFFSET. */
static void read_regex(struct pattern *p, bool utf8)
{
	const char *text = p->text + 1, *end = strrchr(text, *p->text), *error;

	p->skip = *p->text == '%';
	if (!end)
		die("%s: closing delimiter '%c' missing", p->text, *p->text);
	p->regex = regex_compile(text, (size_t)(end - text), REGEX_BASIC,
				 REGEX_NO_SUB | (utf8 ? 0 : REGEX_BYTES), &error);
	if (!p->regex)
		die("%s: invalid regular expression: %s", quote(p->text), error);
	if (end[1] && parse_int(end + 1, NULL, &p->offset) != NUM_OK)
		die("%s: integer expected after delimiter", quote(p->text));
}

/* Reads {N} or {*}. */
static void read_repeat(struct pattern *p, const char *arg)
{
	size_t len = strlen(arg);
	const char *number;

	if (arg[len - 1] != '}')
		die("%s: '}' is required in repeat count", quote(arg));
	number = arena_memdup(arg + 1, len - 2);
	if (strcmp(number, "*") == 0)
		p->forever = true;
	else if (*number == '-' || *number == '+' || parse_uint(number, NULL, &p->repeat) != NUM_OK)
		die("%s}: integer required between '{' and '}'", quote(arena_memdup(arg, len - 1)));
}

static void read_patterns(struct job *job, char **args)
{
	bool utf8 = locale_is_utf8();
	uintmax_t before = 0;

	for (; *args; args++) {
		struct pattern p = { .text = *args };

		if (**args == '/' || **args == '%') {
			read_regex(&p, utf8);
		} else {
			if (parse_uint(*args, NULL, &p.line) != NUM_OK)
				die("%s: invalid pattern", quote(*args));
			if (p.line == 0)
				die("%s: line number must be greater than zero", *args);
			if (p.line < before)
				die("line number %s is smaller than preceding line number, %ju", quote(*args),
				    before);
			if (p.line == before)
				warn("warning: line number %s is the same as preceding line number",
				     quote(*args));
			before = p.line;
		}
		if (args[1] && args[1][0] == '{')
			read_repeat(&p, *++args);
		job->patterns = arena_reserve(job->patterns, job->count, &job->size, sizeof(p));
		job->patterns[job->count++] = p;
	}
}

/* Checks the format of -b, which has one directive for a whole number. */
static void check_format(const char *format)
{
	bool any = false;

	for (const char *p = format; *p; p++) {
		if (*p != '%')
			continue;
		if (*++p == '%')
			continue;
		if (any)
			die("too many %% conversion specifications in suffix");
		any = true;
		p += strspn(p, "-0'#");
		p += strspn(p, "0123456789");
		if (*p == '.')
			p += 1 + strspn(p + 1, "0123456789");
		if (!*p)
			die("missing conversion specifier in suffix");
		if (!strchr("diuoxX", *p)) {
			if (*p >= ' ' && *p < 0x7f)
				die("invalid conversion specifier in suffix: %c", *p);
			die("invalid conversion specifier in suffix: \\%.3o", (unsigned char)*p);
		}
	}
	if (!any)
		die("missing %% conversion specification in suffix");
}

static void read_options(struct job *job, const struct csplit_options *opt)
{
	intmax_t digits = 2;
	enum num_error error = opt->digits ? parse_int(opt->digits, NULL, &digits) : NUM_OK;

	errno = digits < 0 ? ERANGE : EOVERFLOW;
	if (error == NUM_OVERFLOW || (error == NUM_OK && (digits < 0 || digits > INT_MAX)))
		die_errno("invalid number: %s", quote(opt->digits));
	if (error != NUM_OK)
		die("invalid number: %s", quote(opt->digits));
	job->opt = opt;
	job->prefix = opt->prefix ? opt->prefix : "xx";
	job->format = opt->suffix_format;
	if (job->format)
		check_format(job->format);
	else
		job->format = arena_printf("%%0%jdd", digits);
}

int csplit_main(struct csplit_options *opt, char **argv)
{
	struct job job = { .first = 1, .scan = 1 };
	int fd;

	read_options(&job, opt);
	if (!argv[0])
		die_missing_operand(NULL);
	if (!argv[1])
		die_missing_operand(argv[0]);
	fd = open_input(argv[0]);
	if (fd < 0)
		die_errno("cannot open %s for reading", quote_file(argv[0]));
	read_patterns(&job, argv + 1);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(*deadly); i++)
		if (!signal_ignored(deadly[i]))
			signal_catch(deadly[i]);
	reader_open(&job.in, fd);
	split_all(&job);
	free_patterns(&job);
	return 0;
}
