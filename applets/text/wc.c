/* wc - count the lines, words and bytes of files
 *
 * usage: wc [OPTION]... [FILE]...
 * usage: wc [OPTION]... --files0-from=F
 *
 *   -c, --bytes            print the number of bytes
 *   -m, --chars            print the number of characters
 *   -l, --lines            print the number of newlines
 *       --files0-from=F    read the names of the files, each ended by NUL, from F; - is standard input
 *   -L, --max-line-length  print the width of the widest line in columns
 *   -w, --words            print the number of words
 *
 * What is asked for is printed in this order: newlines, words, characters, bytes, width;
 * if nothing is, newlines, words and bytes. With more than one FILE a total follows.
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 wc; GNU coreutils manual, "wc invocation"
 */
#include "libbb.h"
#include "files0.h"
#include "wc.gen.h"

/* The block is read behind room for the beginning of a character that the block before ended with. */
enum { ROOM = 4 };

struct counts {
	uintmax_t lines, words, chars, bytes, longest;
};

struct job {
	bool lines, words, chars, bytes, longest; /* what is printed */
	bool utf8, posix;
	int width; /* of a number */
	char *block;
	uintmax_t files;
	bool stdin_closed; /* it was to be read */
	struct counts total;
	int status;
};

/* The line whose width is measured. */
struct ruler {
	uintmax_t column, longest;
	size_t held; /* bytes before the block */
};

static void end_of_line(struct ruler *r)
{
	if (r->column > r->longest)
		r->longest = r->column;
	r->column = 0;
}

/* Measures what is no printable ASCII character at `p`. Returns its length, 0 if it is not complete. */
static int measure_other(struct ruler *r, const char *p, size_t len, bool utf8)
{
	uint32_t c = (unsigned char)*p;
	int n = 1;

	if (c == '\n' || c == '\r' || c == '\f') {
		end_of_line(r);
	} else if (c == '\t') {
		r->column += 8 - r->column % 8;
	} else if (c >= 0x80 && utf8 && (n = utf8_decode(p, len, &c)) > 0) {
		int width = char_width(c);

		r->column += width > 0 ? (unsigned)width : 0;
	}
	return n < 0 ? 1 : n;
}

/* Measures the `len` bytes of `block`, which has room for what is held before it. */
static void measure(struct ruler *r, char *block, size_t len, bool utf8)
{
	const char *p = block - r->held, *end = block + len;
	int n = 1;

	while (p < end) {
		if (*p >= ' ' && *p < 0x7f) {
			r->column++;
			p++;
		} else {
			n = measure_other(r, p, (size_t)(end - p), utf8);
			if (n == 0)
				break;
			p += n;
		}
	}
	r->held = (size_t)(end - p);
	memcpy(block - r->held, p, r->held);
}

/* Goes to the last block of a file whose size is known, with what is before counted in c->bytes. Returns whether that
 * was all; the rest is to be read, since a size of whole pages may be made up, as in /proc and /sys. */
static bool bytes_known(int fd, struct counts *c)
{
	struct stat st;
	off_t at, last;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return false;
	at = lseek(fd, 0, SEEK_CUR);
	if (at < 0)
		return false;
	if (st.st_size % sysconf(_SC_PAGESIZE) != 0) {
		c->bytes = at < st.st_size ? (uintmax_t)(st.st_size - at) : 0;
		return true;
	}
	last = (st.st_size - 1) / st.st_blksize * st.st_blksize;
	if (at < last && lseek(fd, last, SEEK_SET) >= 0)
		c->bytes = (uintmax_t)(last - at);
	return false;
}

/* Counts what is asked for. Returns -1 with errno set if the file cannot be read to its end. */
static int count(const struct job *job, int fd, struct counts *c)
{
	struct words_count w = { .utf8 = job->utf8, .posix = job->posix };
	struct ruler ruler = { 0 };
	bool chars = job->chars && job->utf8;
	ssize_t n;

	if (!job->lines && !job->words && !chars && !job->longest && bytes_known(fd, c))
		n = 0;
	else
		while ((n = read_some(fd, job->block, IO_BLOCK)) > 0) {
			c->bytes += (size_t)n;
			if (job->words)
				words_count(&w, job->block, (size_t)n);
			else if (job->lines)
				w.lines += mem_count(job->block, '\n', (size_t)n);
			if (chars && !job->words)
				chars_count(&w, job->block, (size_t)n);
			if (job->longest)
				measure(&ruler, job->block, (size_t)n, job->utf8);
		}
	end_of_line(&ruler);
	c->lines = w.lines;
	c->words = w.words;
	c->chars = job->utf8 ? w.chars : c->bytes;
	c->longest = ruler.longest;
	return (int)n;
}

static void print_counts(const struct job *job, const struct counts *c, const char *name)
{
	const struct {
		bool wanted;
		uintmax_t n;
	} columns[] = { { job->lines, c->lines },
			{ job->words, c->words },
			{ job->chars, c->chars },
			{ job->bytes, c->bytes },
			{ job->longest, c->longest } };
	const char *separator = "";

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (columns[i].wanted) {
			out_str(separator);
			out_num(columns[i].n, job->width);
			separator = " ";
		}
	if (name) {
		out_char(' ');
		out_str(strchr(name, '\n') ? quote_maybe(name) : name);
	}
	out_char('\n');
}

static void add_counts(struct counts *total, const struct counts *c)
{
	total->lines += c->lines;
	total->words += c->words;
	total->chars += c->chars;
	total->bytes += c->bytes;
	if (c->longest > total->longest)
		total->longest = c->longest;
}

static void complain(struct job *job, const char *name)
{
	warn_errno("%s", quote_maybe(name ? name : "standard input"));
	job->status = 1;
}

/* Counts one file, standard input if `name` is NULL or `-`, and prints what it has. */
static void count_file(struct job *job, const char *name)
{
	int fd = open_input(name ? name : "-");
	struct counts c = { 0 };

	job->files++;
	if (fd < 0) {
		complain(job, name);
		return;
	}
	job->stdin_closed |= fd == STDIN_FILENO && fcntl(fd, F_GETFD) < 0;
	if (count(job, fd, &c) < 0)
		complain(job, name);
	print_counts(job, &c, name);
	add_counts(&job->total, &c);
	close_file(fd);
}

/* Counts a file named in the list `from`, or on the command line if that is NULL. */
static void count_name(struct job *job, const char *name, const char *from)
{
	if (files0_usable(name, from, (size_t)job->files + 1)) {
		count_file(job, name);
		return;
	}
	job->files++;
	job->status = 1;
}

/* Sets the width of the numbers to what the sum of the files' sizes needs. */
static void set_width(struct job *job, char **names)
{
	int counts = job->lines + job->words + job->chars + job->bytes + job->longest, least = 1;
	uintmax_t sum = 0;
	char digits[NUM_SIZE];

	if (names[0] && !names[1] && counts == 1)
		return;
	for (; *names; names++) {
		struct stat st;

		if ((strcmp(*names, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(*names, &st)) < 0)
			continue;
		if (S_ISREG(st.st_mode))
			sum += (uintmax_t)st.st_size;
		else
			least = 7;
	}
	job->width = (int)strlen(num_to_str(sum, digits));
	if (job->width < least)
		job->width = least;
}

/* Counts the files named in an open list of unknown length. */
static void count_stream(struct job *job, int fd, const char *from)
{
	struct reader r = { 0 };
	size_t len;
	char *name;

	reader_open(&r, fd);
	while ((name = reader_line(&r, &len, 0)))
		count_name(job, name[len - 1] ? arena_memdup(name, len) : name, from);
	if (r.error) {
		warn_code(r.error, "%s: read error", quote_maybe(from));
		job->status = 1;
	}
}

/* Counts the files named in the text of a list. */
static void count_list(struct job *job, char *text, size_t len, const char *from)
{
	char **names = arena_array(char *, mem_count(text, 0, len) + 2);
	size_t n = 0;

	for (char *p = text; p < text + len; p += strlen(p) + 1)
		names[n++] = p;
	set_width(job, names);
	for (; *names; names++)
		count_name(job, *names, from);
}

/* Counts the files that the file `from` names. */
static void count_files0(struct job *job, const char *from)
{
	int fd = open_input(from);
	struct stat st;
	size_t len;
	char *text;

	if (fd < 0)
		die_errno("cannot open %s for reading", quote_file(from));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (text = read_file(fd, &len)))
		count_list(job, text, len, from);
	else
		count_stream(job, fd, from);
	close_file(fd);
}

static void read_options(const struct wc_options *opt, struct job *job)
{
	job->lines = opt->lines;
	job->words = opt->words;
	job->chars = opt->chars;
	job->bytes = opt->bytes;
	job->longest = opt->max_line_length;
	if (!job->lines && !job->words && !job->chars && !job->bytes && !job->longest)
		job->lines = job->words = job->bytes = true;
	job->utf8 = locale_is_utf8();
	job->posix = getenv("POSIXLY_CORRECT");
}

int wc_main(struct wc_options *opt, char **argv)
{
	struct job job = { .width = 1 };
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };

	read_options(opt, &job);
	job.block = (char *)arena_alloc(ROOM + IO_BLOCK) + ROOM;
	if (opt->files0_from) {
		if (*argv)
			die_usage("extra operand %s\nfile operands cannot be combined with --files0-from",
				  quote_file(*argv));
		count_files0(&job, opt->files0_from);
	} else if (!*argv) {
		set_width(&job, stdin_only);
		count_file(&job, NULL);
	} else {
		set_width(&job, argv);
		for (; *argv; argv++)
			count_name(&job, *argv, NULL);
	}
	if (job.files > 1)
		print_counts(&job, &job.total, "total");
	if (job.stdin_closed) {
		warn_code(EBADF, "-");
		job.status = 1;
	}
	return job.status;
}
