/* comm - compare two sorted files line by line
 *
 * usage: comm [OPTION]... FILE1 FILE2
 *
 *   -1                         no column of lines that only FILE1 has
 *   -2                         no column of lines that only FILE2 has
 *   -3                         no column of lines that both have
 *       --check-order          both files must be sorted, else stop with an error
 *       --nocheck-order        do not check that they are sorted
 *       --output-delimiter=STR...  separate the columns by STR, not by a tab
 *       --total                print the number of lines of each column at the end
 *   -z, --zero-terminated      lines end with NUL, not with a newline
 *
 * One of the files may be -, standard input. If neither order option is given, lines out of order
 * are an error if some lines have no pair.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 comm; GNU coreutils manual, "comm invocation"
 * hot: compares every line
 */
#include "libbb.h"
#include "lines.h"
#include "comm.gen.h"

enum check { CHECK_DEFAULT, CHECK_ALWAYS, CHECK_NEVER };

struct job {
	struct lines in[2];
	const char *names[2];
	bool unsorted[2]; /* reported */
	bool unpaired;    /* a line had no pair */
	enum check check;
	bool show[3];
	const char *before[3]; /* delimiters before each column */
	size_t before_len[3];
	uintmax_t totals[3];
	char delimiter;
	const char *separator; /* of columns */
	size_t separator_len;
};

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static void check_order(struct job *job, size_t i)
{
	const struct lines *l = &job->in[i];

	if (!l->prev || job->unsorted[i] || job->check == CHECK_NEVER ||
	    (job->check == CHECK_DEFAULT && !job->unpaired))
		return;
	if (compare(l->prev, l->prev_len, l->line, l->len) <= 0)
		return;
	warn("file %zu is not in sorted order", i + 1);
	if (job->check == CHECK_ALWAYS)
		leave(1);
	job->unsorted[i] = true;
}

/* Goes to the next line of a file, with a check that it comes after the one before. */
static bool advance(struct job *job, size_t i)
{
	if (lines_next(&job->in[i])) {
		check_order(job, i);
		return true;
	}
	if (job->in[i].r.error)
		die_errno("%s", quote_maybe(job->names[i]));
	return false;
}

static void put(struct job *job, size_t column, struct lines *l)
{
	job->totals[column]++;
	if (!job->show[column])
		return;
	out_mem(job->before[column], job->before_len[column]);
	l->line[l->len] = job->delimiter;
	out_mem(l->line, l->len + 1);
	if (out_failed())
		leave(1);
}

static void compare_files(struct job *job)
{
	bool more[2] = { advance(job, 0), advance(job, 1) };

	while (more[0] || more[1]) {
		struct lines *a = &job->in[0], *b = &job->in[1];
		int order = !more[0] ? 1 : !more[1] ? -1 : compare(a->line, a->len, b->line, b->len);

		job->unpaired |= order != 0;
		put(job, order == 0 ? 2 : order < 0 ? 0 : 1, order > 0 ? b : a);
		if (order <= 0)
			more[0] = advance(job, 0);
		if (order >= 0)
			more[1] = advance(job, 1);
	}
}

static void read_options(const struct comm_options *opt, struct job *job)
{
	const char *delimiter = "\t";
	size_t len = 1;
	char *twice;

	for (size_t i = 0; i < opt->output_delimiter.count; i++) {
		if (i > 0 && strcmp(opt->output_delimiter.items[i].value, delimiter) != 0)
			die("multiple output delimiters specified");
		delimiter = opt->output_delimiter.items[i].value;
	}
	len = *delimiter ? strlen(delimiter) : 1;
	twice = arena_alloc(2 * len + 1);
	memcpy(twice, delimiter, len);
	memcpy(twice + len, delimiter, len);
	job->show[0] = !opt->_1;
	job->show[1] = !opt->_2;
	job->show[2] = !opt->_3;
	job->before[1] = job->before[2] = twice;
	job->before[0] = "";
	job->before_len[1] = job->show[0] * len;
	job->before_len[2] = (size_t)(job->show[0] + job->show[1]) * len;
	job->check = opt->check_order > opt->nocheck_order ? CHECK_ALWAYS
		     : opt->nocheck_order                  ? CHECK_NEVER
							   : CHECK_DEFAULT;
	job->delimiter = opt->zero_terminated ? 0 : '\n';
	job->separator = twice;
	job->separator_len = strlen(twice) / 2;
}

static void put_totals(const struct job *job)
{
	for (size_t i = 0; i < 3; i++) {
		out_num(job->totals[i], 0);
		out_mem(job->separator, job->separator_len);
	}
	out_str("total");
	out_char(job->delimiter);
}

int comm_main(struct comm_options *opt, char **argv)
{
	struct job job = { .check = CHECK_DEFAULT };

	read_options(opt, &job);
	if (!argv[0])
		die_missing_operand(NULL);
	if (!argv[1])
		die_missing_operand(argv[0]);
	if (argv[2])
		die_extra_operand(argv[2]);
	for (size_t i = 0; i < 2; i++) {
		int fd = open_input(argv[i]);

		job.names[i] = argv[i];
		if (fd < 0)
			die_errno("%s", quote_maybe(argv[i]));
		lines_open(&job.in[i], fd, job.delimiter);
	}
	compare_files(&job);
	if (opt->total)
		put_totals(&job);
	if (strcmp(argv[0], "-") == 0 && strcmp(argv[1], "-") == 0) {
		errno = EBADF;
		die_errno("-");
	}
	if (job.unsorted[0] || job.unsorted[1])
		die("input is not in sorted order");
	return 0;
}
