/* nl - number the lines of files
 *
 * usage: nl [OPTION]... [FILE]...
 *
 *   -b, --body-numbering=STYLE...    which lines of the body are numbered
 *   -d, --section-delimiter=CC...  what the lines that begin sections are made of
 *   -f, --footer-numbering=STYLE...  which lines of the footer are numbered
 *   -h, --header-numbering=STYLE...  which lines of the header are numbered
 *   -i, --line-increment=NUMBER...  the difference from one number to the next
 *   -l, --join-blank-lines=NUMBER...  so many empty lines count as one
 *   -n, --number-format=FORMAT...   ln, rn or rz: left, right, right with zeros
 *   -p, --no-renumber               sections do not begin with the first number again
 *   -s, --number-separator=STRING   goes between the number and the line
 *   -v, --starting-line-number=NUMBER...  the first number
 *   -w, --number-width=NUMBER...    columns of the number
 *
 * The options are -bt -d'\:' -fn -hn -i1 -l1 -nrn -s<TAB> -v1 -w6 if they are not given. A line of CC
 * three times begins a header, twice a body, once a footer; the second character of CC is : if it is
 * left out, and without any there are no sections. STYLE is
 *   a      all lines
 *   t      lines that are not empty
 *   n      no lines
 *   pBRE   lines that match the basic regular expression
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 nl; GNU coreutils manual, "nl invocation"
 */
#include "libbb.h"
#include "regex.h"
#include "nl.gen.h"

struct style {
	char kind; /* a, t, n or p */
	struct regex *regex;
};

struct job {
	struct style header, body, footer, *now;
	const char *mark; /* of sections */
	size_t mark_len;
	intmax_t first, step, blanks_joined;
	intmax_t number, blanks;
	bool overflow; /* there is no next number */
	bool renumber;
	int width;
	char format; /* l, r or z */
	const char *separator;
	size_t separator_len;
};

static void put_number(struct job *job)
{
	char buf[NUM_SIZE];
	const char *digits;
	size_t len;
	size_t width = (size_t)job->width;

	if (job->overflow)
		die("line number overflow");
	digits = num_to_str_signed(job->number, buf);
	len = strlen(digits);
	if (job->format == 'r' && len < width)
		out_fill(' ', width - len);
	if (job->format == 'z') {
		if (*digits == '-') {
			out_char('-');
			digits++;
			width -= width > 0;
			len--;
		}
		if (len < width)
			out_fill('0', width - len);
	}
	out_mem(digits, len);
	if (job->format == 'l' && len < width)
		out_fill(' ', width - len);
	out_mem(job->separator, job->separator_len);
	job->overflow = __builtin_add_overflow(job->number, job->step, &job->number);
}

/* Whether the line, without its newline, gets a number. */
static bool is_numbered(struct job *job, const char *line, size_t len)
{
	switch (job->now->kind) {
	case 'a':
		if (job->blanks_joined <= 1 || len > 0) {
			job->blanks = 0;
			return true;
		}
		if (++job->blanks < job->blanks_joined)
			return false;
		job->blanks = 0;
		return true;
	case 't':
		return len > 0;
	case 'p':
		return regex_search(job->now->regex, line, len, 0, 0, NULL, 0);
	}
	return false;
}

/* How often the line repeats the mark of sections, if it is nothing else: 1 to 3, or 0. */
static size_t section_of(const struct job *job, const char *line, size_t len)
{
	size_t times = job->mark_len ? len / job->mark_len : 0;

	if (times < 1 || times > 3 || times * job->mark_len != len)
		return 0;
	for (size_t i = 0; i < times; i++)
		if (memcmp(line + i * job->mark_len, job->mark, job->mark_len) != 0)
			return 0;
	return times;
}

static void begin_section(struct job *job, size_t times)
{
	job->now = times == 3 ? &job->header : times == 2 ? &job->body : &job->footer;
	if (job->renumber) {
		job->number = job->first;
		job->overflow = false;
	}
	out_char('\n');
}

static void put_line(struct job *job, const char *line, size_t len)
{
	size_t times;

	len -= line[len - 1] == '\n';
	times = section_of(job, line, len);
	if (times) {
		begin_section(job, times);
		return;
	}
	if (is_numbered(job, line, len))
		put_number(job);
	else
		out_fill(' ', (size_t)job->width + job->separator_len);
	out_mem(line, len);
	out_char('\n');
}

static int number_file(struct job *job, const char *name)
{
	int fd = open_input(name);
	struct reader in = { 0 };
	const char *line;
	size_t len;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(name));
		return 1;
	}
	reader_open(&in, fd);
	while ((line = reader_line(&in, &len, '\n'))) {
		put_line(job, line, len);
		if (out_failed())
			leave(1);
	}
	close_file(fd);
	if (in.error) {
		warn_code(in.error, "%s", quote_maybe(name));
		return 1;
	}
	return 0;
}

/* Reads a style. Returns whether it is one. */
static bool read_style(struct style *style, const char *arg, const char *section)
{
	const char *error;

	if (*arg == 'p') {
		regex_free(style->regex);
		style->regex = regex_compile(arg + 1, strlen(arg + 1), REGEX_BASIC,
					     REGEX_NO_SUB | (locale_is_utf8() ? 0 : REGEX_BYTES), &error);
		if (!style->regex)
			die("%s", error);
	} else if (!*arg || !strchr("atn", *arg)) {
		warn("invalid %s numbering style: %s", section, quote(arg));
		return false;
	}
	style->kind = *arg;
	return true;
}

static bool read_format(struct job *job, const char *arg)
{
	if (strcmp(arg, "ln") && strcmp(arg, "rn") && strcmp(arg, "rz")) {
		warn("invalid line numbering format: %s", quote(arg));
		return false;
	}
	job->format = *arg == 'l' ? 'l' : arg[1] == 'z' ? 'z' : 'r';
	return true;
}

/* Reads styles and formats in the order they were given. */
static void read_styles(const struct nl_options *opt, struct job *job)
{
	const struct option_list *lists[] = { &opt->body_numbering, &opt->footer_numbering,
					      &opt->header_numbering, &opt->number_format };
	size_t at[4] = { 0 };
	bool good = true;

	for (;;) {
		size_t next = 4;
		const char *arg;

		for (size_t i = 0; i < 4; i++)
			if (at[i] < lists[i]->count &&
			    (next == 4 || lists[i]->items[at[i]].at < lists[next]->items[at[next]].at))
				next = i;
		if (next == 4)
			break;
		arg = lists[next]->items[at[next]++].value;
		good &= next == 0   ? read_style(&job->body, arg, "body")
			: next == 1 ? read_style(&job->footer, arg, "footer")
			: next == 2 ? read_style(&job->header, arg, "header")
				    : read_format(job, arg);
	}
	if (!good)
		die_usage(NULL);
}

/* Sets what sections are marked with. A single character takes the place of the first. */
static void read_mark(const struct option_list *list, struct job *job)
{
	char *mark = arena_strdup("\\:");

	for (size_t i = 0; i < list->count; i++) {
		const char *arg = list->items[i].value;

		if (*arg && !arg[1]) {
			if (*mark)
				*mark = *arg;
		} else {
			mark = arena_strdup(arg);
		}
	}
	job->mark = mark;
	job->mark_len = strlen(mark);
}

/* Reads the numbers of a list within bounds, or dies. */
static void read_number(const struct option_list *list, intmax_t least, intmax_t most, const char *what,
			intmax_t *n)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *arg = list->items[i].value;
		enum num_error error = parse_int(arg, NULL, n);

		errno = EOVERFLOW;
		if (error == NUM_OK && (*n < least || *n > most)) {
			errno = *n > INT_MAX ? EOVERFLOW : ERANGE;
			error = NUM_OVERFLOW;
		}
		if (error == NUM_OVERFLOW)
			die_errno("invalid %s: %s", what, quote(arg));
		if (error != NUM_OK)
			die("invalid %s: %s", what, quote(arg));
	}
}

static void read_options(const struct nl_options *opt, struct job *job)
{
	intmax_t width = 6;
	read_number(&opt->line_increment, INTMAX_MIN, INTMAX_MAX, "line number increment", &job->step);
	read_number(&opt->join_blank_lines, 1, INTMAX_MAX, "line number of blank lines", &job->blanks_joined);
	read_number(&opt->starting_line_number, INTMAX_MIN, INTMAX_MAX, "starting line number", &job->first);
	read_number(&opt->number_width, 1, INT_MAX, "line number field width", &width);
	job->width = (int)width;
	read_styles(opt, job);
	read_mark(&opt->section_delimiter, job);
	job->separator = opt->number_separator ? opt->number_separator : "\t";
	job->separator_len = strlen(job->separator);
	job->renumber = !opt->no_renumber;
	job->number = job->first;
}

int nl_main(struct nl_options *opt, char **files)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job job = { .header = { 'n', NULL },
			   .body = { 't', NULL },
			   .footer = { 'n', NULL },
			   .first = 1,
			   .step = 1,
			   .blanks_joined = 1,
			   .format = 'r' };
	bool stdin_closed = false;
	int status = 0;

	read_options(opt, &job);
	job.now = &job.body;
	for (files = *files ? files : stdin_only; *files; files++) {
		stdin_closed |= strcmp(*files, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= number_file(&job, *files);
	}
	regex_free(job.header.regex);
	regex_free(job.body.regex);
	regex_free(job.footer.regex);
	if (stdin_closed) {
		warn_code(EBADF, "-");
		status = 1;
	}
	return status;
}
