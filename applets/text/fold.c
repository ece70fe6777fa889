/* fold - break long lines
 *
 * usage: fold [OPTION]... [FILE]...
 *
 *   -b, --bytes              count bytes, not columns
 *   -s, --spaces             break after a blank where there is one
 *   -w, --width=WIDTH...     lines of WIDTH columns, 80 if not said
 *
 * -N is the same as -w N. Each byte is a column; tabs go to multiples of 8, a backspace one back, a
 * return to the first. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * hidden: -NUM
 * options: manual
 * follows: POSIX.1-2024 fold; GNU coreutils manual, "fold invocation"
 * hot: looks at every byte
 */
#include "libbb.h"
#include "fold.gen.h"

struct job {
	bool bytes, spaces;
	size_t width, column;
	struct buf held; /* of a line, since its last break: for -s */
	bool any;        /* bytes were written since the last break */
};

static size_t advance(const struct job *job, size_t column, char c)
{
	if (job->bytes)
		return column + 1;
	switch (c) {
	case '\b':
		return column - (column > 0);
	case '\r':
		return 0;
	case '\t':
		return column + 8 - column % 8;
	}
	return column + 1;
}

/* Folds a part of a line, which has no newline. */
static void put_part(struct job *job, const char *p, const char *end)
{
	const char *start = p;

	if (job->bytes || !mem_chr3(p, '\t', '\b', '\r', (size_t)(end - p))) {
		while ((size_t)(end - p) > job->width - job->column) {
			size_t len = job->width - job->column;

			out_mem(p, len);
			out_char('\n');
			p += len;
			job->column = 0;
		}
		out_mem(p, (size_t)(end - p));
		job->column += (size_t)(end - p);
		job->any = job->column > 0;
		return;
	}
	for (; p < end; p++) {
		size_t column = advance(job, job->column, *p);

		if (column > job->width && job->any) {
			out_mem(start, (size_t)(p - start));
			out_char('\n');
			start = p;
			column = advance(job, 0, *p);
		}
		job->any = true;
		job->column = column;
	}
	out_mem(start, (size_t)(p - start));
}

/* Breaks the line that is held after its last blank, or at its end. */
static void break_held(struct job *job)
{
	struct buf *b = &job->held;
	size_t len = b->len;

	while (len > 0 && b->data[len - 1] != ' ' && b->data[len - 1] != '\t')
		len--;
	if (len == 0)
		len = b->len;
	out_mem(b->data, len);
	out_char('\n');
	memmove(b->data, b->data + len, b->len - len);
	b->len -= len;
	job->column = 0;
	for (size_t i = 0; i < b->len; i++)
		job->column = advance(job, job->column, b->data[i]);
}

/* As put_part(), for -s. */
static void hold_part(struct job *job, const char *p, const char *end)
{
	for (; p < end; p++) {
		size_t column;

		while ((column = advance(job, job->column, *p)) > job->width && job->held.len > 0)
			break_held(job);
		buf_char(&job->held, *p);
		job->column = column;
	}
}

static void end_line(struct job *job)
{
	out_mem(job->held.data, job->held.len);
	job->held.len = 0;
	job->column = 0;
	job->any = false;
}

static void put_block(struct job *job, const char *p, const char *end)
{
	while (p < end) {
		const char *newline = mem_chr(p, '\n', (size_t)(end - p));

		(job->spaces ? hold_part : put_part)(job, p, newline ? newline : end);
		if (!newline)
			return;
		end_line(job);
		out_char('\n');
		p = newline + 1;
	}
}

static int fold_file(struct job *job, const char *name, char *block)
{
	int fd = open_input(name), code;
	ssize_t n;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(name));
		return 1;
	}
	while ((n = read_some(fd, block, IO_BLOCK)) > 0) {
		put_block(job, block, block + n);
		if (out_failed())
			leave(1);
	}
	code = errno;
	end_line(job);
	if (n < 0)
		warn_code(code, "%s", quote_maybe(name));
	close_file(fd);
	return n < 0;
}

static void read_width(struct job *job, const char *arg)
{
	uintmax_t n;
	enum num_error error = parse_uint(arg, NULL, &n);

	errno = n == 0 ? ERANGE : EOVERFLOW;
	if (error == NUM_OVERFLOW || (error == NUM_OK && (n == 0 || n > SIZE_MAX - 9)))
		die_errno("invalid number of columns: %s", quote(arg));
	if (error != NUM_OK)
		die("invalid number of columns: %s", quote(arg));
	job->width = (size_t)n;
}

/* Turns the old options -N to -w; returns the operands. */
static char **fold_old_options(struct fold_options *opt, char **argv)
{
	size_t count = 0;
	char **args;

	while (argv[count])
		count++;
	args = arena_array(char *, count + 1);
	for (size_t i = 0; i < count; i++) {
		args[i] = argv[i];
		if (strcmp(argv[i], "--") == 0) {
			memcpy(args + i, argv + i, (count - i) * sizeof(*args));
			break;
		}
		if (argv[i][0] == '-' && argv[i][1] >= '0' && argv[i][1] <= '9' &&
		    !(i > 0 && strcmp(argv[i - 1], "-w") == 0))
			args[i] = arena_printf("-w%s", argv[i] + 1);
	}
	return parse_options(this_applet(), opt, args);
}

int fold_main(struct fold_options *opt, char **files)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .width = 80 };
	char *block = arena_alloc(IO_BLOCK);
	bool stdin_closed = false;
	int status = 0;

	files = fold_old_options(opt, files);
	job.bytes = opt->bytes;
	job.spaces = opt->spaces;
	for (size_t i = 0; i < opt->width.count; i++)
		read_width(&job, opt->width.items[i].value);
	if (opt->NUM && (opt->width.count == 0 || opt->NUM_at > opt->width.items[opt->width.count - 1].at))
		read_width(&job, opt->NUM);
	for (files = *files ? files : stdin_only; *files; files++) {
		stdin_closed |= strcmp(*files, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= fold_file(&job, *files, block);
	}
	if (stdin_closed) {
		warn_code(EBADF, "-");
		status = 1;
	}
	return status;
}
