/* uniq - leave out, count or show lines that are repeated next to each other
 *
 * usage: uniq [OPTION]... [INPUT [OUTPUT]]
 *
 *   -c, --count                  put the number of occurrences before each line
 *   -d, --repeated               print only lines that are repeated, one of each group
 *   -D                           print all lines that are repeated
 *       --all-repeated[=METHOD]...  the same, and separate the groups by empty lines: none (the
 *                                default), prepend or separate
 *   -f, --skip-fields=N...       do not compare the first N fields
 *       --group[=METHOD]...      print all lines, and separate the groups by empty lines: separate
 *                                (the default), prepend, append or both
 *   -i, --ignore-case            upper and lower case are equal
 *   -s, --skip-chars=N...        do not compare the first N characters (after the fields)
 *   -u, --unique                 print only lines that are not repeated
 *   -w, --check-chars=N...       compare no more than N characters
 *   -z, --zero-terminated        lines end with NUL, not with a newline
 *
 * A field is blanks and then what is not blank. Without INPUT, or if it is -, it is standard
 * input. Only neighbours are compared: sort the input first, or use `sort -u'.
 *
 * install: /usr/bin
 * hidden: -NUM
 * options: manual
 * follows: POSIX.1-2024 uniq; GNU coreutils manual, "uniq invocation"
 * hot: compares every line
 */
#include "libbb.h"
#include "lines.h"
#include "uniq.gen.h"

enum grouping { NONE, PREPEND, APPEND, SEPARATE, BOTH };

struct job {
	size_t skip_fields, skip_chars, check_chars;
	bool ignore_case;
	bool count, first, singles,
		later; /* what is printed: counts, first of repeated, lines not repeated, repetitions */
	enum grouping grouping;
	char delimiter;
	bool any; /* there was a group */
	struct writer *out;
};

struct text {
	const char *p;
	size_t len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The part of a line that is compared. */
static struct text compared(const struct job *job, const char *line, size_t len)
{
	const char *p = line, *end = line + len;

	for (size_t n = job->skip_fields; n > 0 && p < end; n--) {
		while (p < end && is_blank(*p))
			p++;
		while (p < end && !is_blank(*p))
			p++;
	}
	p += job->skip_chars < (size_t)(end - p) ? job->skip_chars : (size_t)(end - p);
	len = (size_t)(end - p);
	return (struct text){ p, len < job->check_chars ? len : job->check_chars };
}

static int fold(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool same(const struct job *job, const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct text x, y;

	if (job->skip_fields + job->skip_chars == 0 && job->check_chars == SIZE_MAX && !job->ignore_case)
		return a_len == b_len && memcmp(a, b, a_len) == 0;
	x = compared(job, a, a_len);
	y = compared(job, b, b_len);
	if (x.len != y.len)
		return false;
	if (!job->ignore_case)
		return memcmp(x.p, y.p, x.len) == 0;
	for (size_t i = 0; i < x.len; i++)
		if (fold((unsigned char)x.p[i]) != fold((unsigned char)y.p[i]))
			return false;
	return true;
}

/* Writes a line, which has room behind it for the delimiter; with its count, if that is wanted. */
static void put(struct job *job, char *line, size_t len, uintmax_t count)
{
	if (job->count) {
		writer_num(job->out, count, 7);
		writer_char(job->out, ' ');
	}
	line[len] = job->delimiter;
	writer_mem(job->out, line, len + 1);
	if (job->out->error)
		leave(1);
}

/* Writes the empty line that goes before a group. */
static void begin_group(struct job *job)
{
	if (job->grouping == PREPEND || job->grouping == BOTH ||
	    (job->any && (job->grouping == APPEND || job->grouping == SEPARATE)))
		writer_char(job->out, job->delimiter);
}

/* Writes each line as it comes: what --group wants, and what is wanted without any option. */
static void stream(struct job *job, struct lines *in)
{
	while (lines_next(in)) {
		bool repeated = in->prev && same(job, in->prev, in->prev_len, in->line, in->len);

		if (!repeated && job->grouping)
			begin_group(job);
		if (!repeated || job->later)
			put(job, in->line, in->len, 1);
		job->any = true;
	}
	if (job->any && (job->grouping == APPEND || job->grouping == BOTH))
		writer_char(job->out, job->delimiter);
}

/* Ends a group of `count` lines. If there are several and not all are wanted, the first of them was kept. */
static void end_group(struct job *job, struct lines *in, const struct buf *first, uintmax_t count)
{
	if (count == 1 ? job->singles : job->first && job->later)
		put(job, in->prev, in->prev_len, 1);
	else if (count > 1 && job->first)
		put(job, first->data, first->len, count);
	job->any |= count > 1;
}

/* Writes lines when it is known how often they are repeated. */
static void gather(struct job *job, struct lines *in)
{
	struct buf first = { 0 };
	uintmax_t count = 0;
	bool more;

	do {
		more = lines_next(in);
		if (more && count > 0 && same(job, in->prev, in->prev_len, in->line, in->len)) {
			if (++count == 2 && job->later) {
				begin_group(job);
			} else if (count == 2) {
				first.len = 0;
				buf_mem(&first, in->prev, in->prev_len);
			}
			if (job->later)
				put(job, in->prev, in->prev_len, count);
			if (count == UINTMAX_MAX)
				die("too many repeated lines");
			continue;
		}
		if (count > 0)
			end_group(job, in, &first, count);
		count = 1;
	} while (more);
}

static void read_size(const struct option_list *list, const char *what, size_t *n)
{
	for (size_t i = 0; i < list->count; i++) {
		uintmax_t value;

		if (parse_uint(list->items[i].value, NULL, &value) > NUM_OVERFLOW)
			die("%s: invalid number of %s", list->items[i].value, what);
		*n = value > SIZE_MAX ? SIZE_MAX : (size_t)value;
	}
}

/* Turns the old +N, which is -s N, into that; returns the operands. */
static char **read_options(struct uniq_options *opt, char **argv)
{
	char **args;
	size_t count = 0;

	while (argv[count])
		count++;
	args = arena_array(char *, count + 1);
	for (size_t i = 0; i < count; i++) {
		args[i] = argv[i];
		if (strcmp(argv[i], "--") == 0) {
			memcpy(args + i, argv + i, (count - i) * sizeof(*args));
			break;
		}
		if (argv[i][0] == '+' && argv[i][1] >= '0' && argv[i][1] <= '9' &&
		    !argv[i][1 + strspn(argv[i] + 1, "0123456789")])
			args[i] = arena_printf("-s%s", argv[i] + 1);
	}
	return parse_options(this_applet(), opt, args);
}

static void set_grouping(struct job *job, const struct uniq_options *opt)
{
	static const char *const repeated[] = { "none", "prepend", "separate", NULL };
	static const char *const groups[] = { "prepend", "append", "separate", "both", NULL };
	bool all = opt->D || opt->all_repeated.count;

	for (size_t i = 0; i < opt->all_repeated.count; i++) {
		const char *word = opt->all_repeated.items[i].value;
		static const enum grouping kinds[] = { NONE, PREPEND, SEPARATE };

		job->grouping = word ? kinds[choose(repeated, NULL, word, "--all-repeated")] : NONE;
	}
	if (opt->D && !opt->all_repeated.count)
		job->grouping = NONE;
	for (size_t i = 0; i < opt->group.count; i++) {
		const char *word = opt->group.items[i].value;

		job->grouping = word ? PREPEND + (enum grouping)choose(groups, NULL, word, "--group")
				     : SEPARATE;
	}
	if (opt->group.count && (all || opt->count || opt->repeated || opt->unique))
		die_usage("--group is mutually exclusive with -c/-d/-D/-u");
	if (all && opt->count)
		die_usage("printing all duplicated lines and repeat counts is meaningless");
	job->count = opt->count;
	job->first = !opt->unique;
	job->singles = !opt->repeated && !all;
	job->later = all || opt->group.count;
}

int uniq_main(struct uniq_options *opt, char **argv)
{
	struct job job = { .check_chars = SIZE_MAX, .ignore_case = false };
	struct lines in = { 0 };
	struct writer out;
	const char *name;
	int fd;

	argv = read_options(opt, argv);
	if (argv[0] && argv[1] && argv[2])
		die_extra_operand(argv[2]);
	read_size(&opt->skip_fields, "fields to skip", &job.skip_fields);
	read_size(&opt->skip_chars, "bytes to skip", &job.skip_chars);
	read_size(&opt->check_chars, "bytes to compare", &job.check_chars);
	if (opt->NUM)
		read_size(&(struct option_list){ &(struct option_item){ opt->NUM, 0 }, 1 }, "fields to skip",
			  &job.skip_fields);
	set_grouping(&job, opt);
	job.ignore_case = opt->ignore_case;
	job.delimiter = opt->zero_terminated ? 0 : '\n';
	job.out = &std_out;
	name = argv[0] ? argv[0] : "-";
	fd = open_input(name);
	if (fd < 0)
		die_errno("%s", quote_maybe(name));
	if (argv[0] && argv[1] && strcmp(argv[1], "-") != 0) {
		int to = open_file(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);

		if (to < 0)
			die_errno("%s", quote_maybe(argv[1]));
		writer_open(&out, to);
		job.out = &out;
	}
	lines_open(&in, fd, job.delimiter);
	if (opt->group.count || (job.first && job.singles && !job.later && !job.count))
		stream(&job, &in);
	else
		gather(&job, &in);
	if (in.r.error)
		die("error reading %s", quote_file(name));
	if (job.out == &out && writer_close(&out) < 0)
		die_errno("write error");
	return 0;
}
