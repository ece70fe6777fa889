/* expand - convert tabs to blanks
 *
 * usage: expand [OPTION]... [FILE]...
 *
 *   -i, --initial        leave tabs behind other characters alone
 *   -t, --tabs=LIST...   tab stops: one number N for each N columns (8), or columns separated by
 *                        commas; before the last, / is for each multiple after the others, and +
 *                        the same counted from the one before it
 *
 * -N and -N,N... are the same as -t. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * options: manual
 * hidden: -NUM
 * follows: POSIX.1-2024 expand; GNU coreutils manual, "expand invocation"
 * hot: copies every byte
 */
#include "libbb.h"
#include "outfail.h"
#include "tabstops.h"
#include "expand.gen.h"

struct job {
	struct tabstops stops;
	bool initial;
	uintmax_t column;
	size_t index;
	bool converting; /* tabs of this line are still converted */
};

static void put_tab(struct job *job)
{
	uintmax_t next = tabstops_next(&job->stops, job->column, &job->index), width;

	width = next ? next - job->column : 1;
	if (job->column + width < job->column)
		die("input line is too long");
	out_fill(' ', width);
	job->column += width;
}

/* Converts a part of a line, which goes on in the next block if it has no newline. */
static void put_part(struct job *job, const char *p, const char *end)
{
	while (p < end) {
		const char *stop = job->converting ? mem_chr2(p, '\t', '\b', (size_t)(end - p)) : NULL;

		if (job->initial && job->converting)
			for (const char *q = p; q < (stop ? stop : end); q++)
				if (*q != ' ') {
					job->converting = *q == '\n';
					stop = q == end ? stop : NULL;
					break;
				}
		if (!stop)
			stop = end;
		out_mem(p, (size_t)(stop - p));
		job->column += (uintmax_t)(stop - p);
		p = stop;
		if (p == end)
			return;
		if (*p == '\t') {
			put_tab(job);
		} else {
			out_char('\b');
			job->column -= job->column > 0;
			job->index -= job->index > 0;
			job->converting = !job->initial;
		}
		p++;
	}
}

static int expand_file(struct job *job, const char *name, char *block)
{
	int fd = open_input(name);
	ssize_t n;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(name));
		return 1;
	}
	while ((n = read_some(fd, block, IO_BLOCK)) > 0) {
		const char *p = block, *end = block + n;

		while (p < end) {
			const char *newline = mem_chr(p, '\n', (size_t)(end - p));

			put_part(job, p, newline ? newline : end);
			if (!newline)
				break;
			out_char('\n');
			job->column = 0;
			job->index = 0;
			job->converting = true;
			p = newline + 1;
		}
		out_check();
	}
	if (n < 0)
		warn_errno("%s", quote_maybe(name));
	close_file(fd);
	return n < 0;
}

/* Turns the old options -N and -N,N to -t; returns the operands. */
static char **read_options(struct expand_options *opt, char **argv)
{
	size_t count = 0, flags;
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
		flags = strspn(argv[i], "-i");
		if (argv[i][0] == '-' && argv[i][flags] >= '0' && argv[i][flags] <= '9')
			args[i] = arena_printf("%.*st%s", (int)flags, argv[i], argv[i] + flags);
	}
	return parse_options(this_applet(), opt, args);
}

int expand_main(struct expand_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .converting = true };
	char *block = arena_alloc(IO_BLOCK);
	bool stdin_closed = false;
	int status = 0;

	argv = read_options(opt, argv);
	for (size_t i = 0; i < opt->tabs.count; i++)
		tabstops_add(&job.stops, opt->tabs.items[i].value);
	tabstops_finish(&job.stops);
	job.initial = opt->initial;
	for (argv = *argv ? argv : stdin_only; *argv; argv++) {
		stdin_closed |= strcmp(*argv, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= expand_file(&job, *argv, block);
	}
	if (stdin_closed) {
		warn_code(EBADF, "-");
		status = 1;
	}
	return status;
}
