/* cat - write files one after the other to standard output
 *
 * usage: cat [OPTION]... [FILE]...
 *
 *   -b, --number-nonblank   number the lines that are not empty; goes before -n
 *   -n, --number            number all lines
 *   -s, --squeeze-blank     one empty line for several
 *   -v, --show-nonprinting  show control characters as ^X and bytes from 128 as M-x
 *   -E, --show-ends         put $ at the end of each line, and ^M for a return before it
 *   -T, --show-tabs         show tabs as ^I
 *   -A, --show-all          as -vET
 *   -e                      as -vE
 *   -t                      as -vT
 *   -u                      does nothing: output is never held back
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /bin
 * follows: POSIX.1-2024 cat; GNU coreutils manual, "cat invocation"
 */
#include "libbb.h"
#include "copy.h"
#include "cat.gen.h"

enum {
	PREFIX_MAX = 24, /* a line's number and a tab */
	FULL = 65536,    /* the output is written when there is so much */
	BYTE_MAX = 4,    /* that one becomes */
	LINE_EXTRA = 32, /* what a line gets beyond its bytes */
};

/* How the text is changed, and what must be known of it from one block or file to the next. */
struct format {
	bool number, number_nonblank, ends, squeeze, tabs, nonprinting;
	bool in_line;          /* the text so far ends within a line */
	bool after_blank;      /* the last line was empty */
	bool held_return;      /* it ends with a return, not yet written, for -E */
	char line[PREFIX_MAX]; /* the last line's number, right-aligned after blanks, and a tab */
	char *line_start;      /* its first digit */
	char *out, *at;        /* what is to be written, and its end */
};

static void next_number(struct format *f)
{
	char *digit = f->line + PREFIX_MAX - 2;

	while (digit >= f->line_start && *digit == '9')
		*digit-- = '0';
	if (digit >= f->line_start)
		++*digit;
	else
		*(f->line_start = digit) = '1';
}

static void put_number(struct format *f)
{
	char *tab = f->line + PREFIX_MAX - 1, *start = tab - 6;

	next_number(f);
	if (f->line_start < start)
		start = f->line_start;
	f->at = mempcpy(f->at, start, (size_t)(tab + 1 - start));
}

/* Writes the visible form of a byte other than a newline. */
static char *put_visible(const struct format *f, char *at, unsigned char c)
{
	if (c == '\t') {
		if (!f->tabs) {
			*at++ = '\t';
			return at;
		}
	} else if (!f->nonprinting) {
		*at++ = (char)c;
		return at;
	}
	if (c >= 0x80) {
		*at++ = 'M';
		*at++ = '-';
		c &= 0x7f;
	}
	if (c < ' ' || c == 0x7f) {
		*at++ = '^';
		c ^= 0x40;
	}
	*at++ = (char)c;
	return at;
}

/* Writes the part of a line between `p` and `end`. */
static void put_part(struct format *f, const char *p, const char *end)
{
	char *at = f->at;

	if (!f->nonprinting && !f->tabs) {
		f->at = mempcpy(at, p, (size_t)(end - p));
		return;
	}
	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c >= ' ' && c < 0x7f)
			*at++ = (char)c;
		else
			at = put_visible(f, at, c);
	}
	f->at = at;
}

/* Writes what a newline ends as. */
static void put_end(struct format *f)
{
	if (f->ends)
		*f->at++ = '$';
	*f->at++ = '\n';
}

/* Handles an empty line. */
static void put_blank(struct format *f)
{
	if (f->squeeze && f->after_blank)
		return;
	f->after_blank = true;
	if (f->number)
		put_number(f);
	put_end(f);
}

/* Writes the text from `p`, of a line that has its newline at `end` if `ended`. */
static void put_line(struct format *f, const char *p, const char *end, bool ended)
{
	bool return_last;

	if (!f->in_line && ended && p == end) {
		put_blank(f);
		return;
	}
	f->after_blank = false;
	if (!f->in_line && (f->number || f->number_nonblank))
		put_number(f);
	if (f->held_return && p < end)
		*f->at++ = '\r';
	return_last = f->ends && !f->nonprinting && (p < end ? end[-1] == '\r' : f->held_return);
	put_part(f, p, end - (return_last && p < end));
	f->held_return = return_last && !ended;
	f->in_line = !ended;
	if (!ended)
		return;
	if (return_last)
		f->at = mempcpy(f->at, "^M", 2);
	put_end(f);
}

/* Writes out what was made so far; leaves when that fails. */
static void flush_format(struct format *f)
{
	out_mem(f->out, (size_t)(f->at - f->out));
	f->at = f->out;
	if (out_flush() < 0)
		leave(1);
}

static void put_block(struct format *f, const char *p, size_t len)
{
	const char *end = p + len;

	while (p < end) {
		const char *newline = mem_chr(p, '\n', (size_t)(end - p));

		put_line(f, p, newline ? newline : end, newline);
		p = newline ? newline + 1 : end;
		if (f->at - f->out >= FULL)
			flush_format(f);
	}
}

/* Copies a file with changes. Returns -1 with errno set if it cannot be read. */
static int format_file(struct format *f, int fd, char *block)
{
	ssize_t len;

	while ((len = read_some(fd, block, IO_BLOCK)) > 0) {
		put_block(f, block, (size_t)len);
		flush_format(f);
	}
	return (int)len;
}

/* Copies a file as it is. Returns -1 with errno set if it cannot be read; leaves if it cannot be written. */
static int copy_file(int fd, char **block)
{
	switch (copy_stream(fd, STDOUT_FILENO, COPY_ALL, block, NULL)) {
	case COPY_WRITE_FAILED:
		die_errno("write error");
	case COPY_READ_FAILED:
		return -1;
	case COPY_DONE:
		break;
	}
	return 0;
}

/* Whether reading `in` would never end, because it is the file that is written. */
static bool is_output(int in, const struct stat *out)
{
	struct stat st;
	off_t at;

	if (!S_ISREG(out->st_mode) || fstat(in, &st) < 0 || st.st_dev != out->st_dev ||
	    st.st_ino != out->st_ino)
		return false;
	at = lseek(in, 0, SEEK_CUR);
	return at < 0 || at < st.st_size;
}

static bool read_format(const struct cat_options *opt, struct format *f)
{
	f->number_nonblank = opt->number_nonblank;
	f->number = opt->number && !opt->number_nonblank;
	f->ends = opt->show_ends || opt->show_all || opt->e;
	f->squeeze = opt->squeeze_blank;
	f->tabs = opt->show_tabs || opt->show_all || opt->t;
	f->nonprinting = opt->show_nonprinting || opt->show_all || opt->e || opt->t;
	return f->number || f->number_nonblank || f->ends || f->squeeze || f->tabs || f->nonprinting;
}

static void begin_format(struct format *f)
{
	memset(f->line, ' ', PREFIX_MAX - 1);
	f->line[PREFIX_MAX - 2] = '0';
	f->line[PREFIX_MAX - 1] = '\t';
	f->line_start = f->line + PREFIX_MAX - 2;
	f->at = f->out = arena_alloc(FULL + BYTE_MAX * IO_BLOCK + LINE_EXTRA);
}

/* Copies one file, or standard input for `-`. Returns the exit status. */
static int cat_file(const char *name, const struct stat *out, struct format *f, char **block)
{
	int fd = open_input(name);
	int failed, status = 0;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(name));
		return 1;
	}
	if (is_output(fd, out)) {
		warn("%s: input file is output file", quote_maybe(name));
		status = 1;
	} else {
		failed = f->out ? format_file(f, fd, *block) : copy_file(fd, block);
		if (failed < 0) {
			warn_errno("%s", quote_maybe(name));
			status = 1;
		}
	}
	close_file(fd);
	return status;
}

int cat_main(struct cat_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct format f = { 0 };
	struct stat out;
	char *block = NULL;
	bool stdin_closed = false;
	int status = 0;

	if (fstat(STDOUT_FILENO, &out) < 0)
		die_errno("standard output");
	if (read_format(opt, &f)) {
		begin_format(&f);
		block = arena_alloc(IO_BLOCK);
	}
	for (argv = *argv ? argv : stdin_only; *argv; argv++) {
		stdin_closed |= strcmp(*argv, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= cat_file(*argv, &out, &f, &block);
	}
	if (f.held_return)
		out_char('\r');
	if (stdin_closed) {
		warn_code(EBADF, "closing standard input");
		status = 1;
	}
	return status;
}
