/* unexpand - convert blanks to tabs
 *
 * usage: unexpand [OPTION]... [FILE]...
 *
 *   -a, --all            convert all blanks, not only those that begin lines
 *       --first-only     convert only those that begin lines, whatever -a and -t say
 *   -t, --tabs=LIST...   tab stops: one number N for each N columns (8), or columns separated by
 *                        commas; before the last, / is for each multiple after the others, and +
 *                        the same counted from the one before it; implies -a
 *
 * Two blanks or more before a tab stop become a tab. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * options: manual
 * follows: POSIX.1-2024 unexpand; GNU coreutils manual, "unexpand invocation"
 * hot: looks at every byte
 */
#include "libbb.h"
#include "outfail.h"
#include "tabstops.h"
#include "unexpand.gen.h"

struct job {
	struct tabstops stops;
	bool all;
	uintmax_t column;
	size_t index;
	bool converting;  /* blanks of this line are still converted */
	bool after_blank; /* or at the beginning of the line */
	uintmax_t blanks; /* not yet written, since the last tab stop */
	bool lone;        /* and before them a single one that reached a stop: a tab if others follow */
};

/* Writes the blanks that did not become a tab. */
static void put_blanks(struct job *job)
{
	if (job->lone)
		out_char(job->blanks ? '\t' : ' ');
	out_fill(' ', job->blanks);
	job->lone = false;
	job->blanks = 0;
}

/* Writes a tab for the blanks since the last stop. */
static void put_tab(struct job *job)
{
	if (job->lone)
		out_char('\t');
	out_char('\t');
	job->lone = false;
	job->blanks = 0;
}

static void take_blank(struct job *job, char c)
{
	uintmax_t next = tabstops_next(&job->stops, job->column, &job->index);

	if (!next) {
		job->converting = false;
		put_blanks(job);
		out_char(c);
		return;
	}
	if (c == '\t') {
		job->column = next;
		put_tab(job);
	} else {
		job->blanks++;
		if (++job->column == 0)
			die("input line is too long");
		if (job->column == next && job->blanks == 1 && !job->after_blank) {
			job->lone = true;
			job->blanks = 0;
		} else if (job->column == next) {
			put_tab(job);
		}
	}
	job->after_blank = true;
}

/* Takes a byte that is no blank. */
static void take_other(struct job *job, char c)
{
	if (c == '\b') {
		job->column -= job->column > 0;
		job->index -= job->index > 0;
	} else if (++job->column == 0) {
		die("input line is too long");
	}
	put_blanks(job);
	out_char(c);
	job->after_blank = false;
	job->converting = job->all;
}

static void begin_line(struct job *job)
{
	job->column = 0;
	job->index = 0;
	job->converting = job->after_blank = true;
}

static void put_block(struct job *job, const char *p, const char *end)
{
	while (p < end) {
		if (!job->converting) {
			const char *newline = mem_chr(p, '\n', (size_t)(end - p));
			const char *stop = newline ? newline + 1 : end;

			out_mem(p, (size_t)(stop - p));
			p = stop;
			if (newline)
				begin_line(job);
			continue;
		}
		if (*p == ' ' || *p == '\t') {
			take_blank(job, *p);
		} else if (*p == '\n') {
			put_blanks(job);
			out_char('\n');
			begin_line(job);
		} else {
			take_other(job, *p);
		}
		p++;
	}
}

static int unexpand_file(struct job *job, const char *name, char *block)
{
	int fd = open_input(name);
	ssize_t n;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(name));
		return 1;
	}
	while ((n = read_some(fd, block, IO_BLOCK)) > 0) {
		put_block(job, block, block + n);
		out_check();
	}
	if (n < 0)
		warn_errno("%s", quote_maybe(name));
	close_file(fd);
	return n < 0;
}

/* Gathers the digits and commas of old options, which do not imply -a, in one list; returns the operands. */
static char **read_options(struct unexpand_options *opt, char **argv, struct buf *old)
{
	size_t count = 0, n = 0;
	char **args;

	while (argv[count])
		count++;
	args = arena_array(char *, count + 1);
	for (size_t i = 0; i < count; i++) {
		const char *p = argv[i] + 1;

		if (strcmp(argv[i], "--") == 0) {
			memcpy(args + n, argv + i, (count - i) * sizeof(*args));
			break;
		}
		if (argv[i][0] != '-' || *p < '0' || *p > '9') {
			args[n++] = argv[i];
			continue;
		}
		p += strspn(p, "0123456789,");
		buf_mem(old, argv[i] + 1, (size_t)(p - argv[i] - 1));
		if (*p)
			args[n++] = arena_printf("-%s", p);
	}
	return parse_options(this_applet(), opt, args);
}

int unexpand_main(struct unexpand_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .all = false };
	struct buf old = { 0 };
	char *block = arena_alloc(IO_BLOCK);
	bool stdin_closed = false;
	int status = 0;

	argv = read_options(opt, argv, &old);
	for (size_t i = 0; i < opt->tabs.count; i++)
		tabstops_add(&job.stops, opt->tabs.items[i].value);
	if (old.len)
		tabstops_add(&job.stops, old.data);
	tabstops_finish(&job.stops);
	job.all = (opt->all || opt->tabs.count) && !opt->first_only;
	begin_line(&job);
	for (argv = *argv ? argv : stdin_only; *argv; argv++) {
		stdin_closed |= strcmp(*argv, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= unexpand_file(&job, *argv, block);
	}
	put_blanks(&job);
	if (stdin_closed) {
		warn_code(EBADF, "-");
		status = 1;
	}
	return status;
}
