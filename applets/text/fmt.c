/* fmt - fill and join lines to paragraphs of even width
 *
 * usage: fmt [-WIDTH] [OPTION]... [FILE]...
 *
 *   -c, --crown-margin      keep the indentation of the first two lines
 *   -p, --prefix=STRING     only lines that begin with STRING, which the new lines get too
 *   -s, --split-only        split long lines, but do not join short ones
 *   -t, --tagged-paragraph  as -c, and the first line's indentation must differ from the second's
 *   -u, --uniform-spacing   one blank between words, two after sentences
 *   -w, --width=WIDTH       lines up to WIDTH columns, 75 if not said
 *   -g, --goal=WIDTH        lines of about WIDTH columns, 93% of the width if not said
 *
 * -WIDTH as the first argument is the same as -w WIDTH. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * options: manual
 * hidden: -NUM
 * follows: GNU coreutils manual, "fmt invocation"; D. Knuth and M. Plass, "Breaking Paragraphs into Lines"
 */
#include "libbb.h"
#include "fmt.gen.h"

enum {
	MOST_WORDS = 998, /* of a paragraph; longer ones are written in parts */
	MOST_BYTES = 5000,
	TAG_INDENT = 3, /* of the second line of a tagged paragraph that has one line */
};

struct word {
	size_t at, len; /* in the text of the paragraph */
	size_t space;   /* columns after it */
	bool opening;   /* begins with a parenthesis or a quote */
	bool period, punct;
	bool final; /* of a sentence */
	/* the best way to break the text that begins with it */
	size_t next; /* the word that begins the next line */
	size_t line; /* the length of its line */
	int64_t cost;
};

/* The beginning of a line. */
struct head {
	bool end;       /* there is no line */
	bool blank;     /* nothing follows the prefix */
	size_t prefix;  /* the column of the prefix */
	size_t indent;  /* the column of what follows it */
	size_t matched; /* characters of the prefix that are there */
};

struct job {
	const struct fmt_options *opt;
	const char *prefix;
	size_t prefix_len, prefix_lead,
		prefix_full; /* without blanks around it; blanks before; with those behind */
	size_t width, goal;
	struct reader in;
	const char *line; /* what is left of the line, and how much */
	size_t left;
	bool newline; /* ends it */
	struct head head;
	bool tabs;     /* the input has some, so the output may */
	size_t column; /* of the output */
	char text[MOST_BYTES];
	size_t text_len;
	struct word words[MOST_WORDS + 3];
	size_t count;
	size_t first_indent, other_indent, prefix_indent, last_line;
};

static void put_space(struct job *job, size_t space)
{
	size_t target = job->column + space;

	if (job->tabs) {
		size_t stop = target / 8 * 8;

		if (job->column + 1 < stop)
			while (job->column < stop) {
				out_char('\t');
				job->column = (job->column / 8 + 1) * 8;
			}
	}
	while (job->column < target) {
		out_char(' ');
		job->column++;
	}
}

/* Passes over blanks of the line; returns the column after them. */
static size_t skip_space(struct job *job, size_t column)
{
	for (; job->left > 0 && (*job->line == ' ' || *job->line == '\t'); job->line++, job->left--) {
		if (*job->line == '\t') {
			job->tabs = true;
			column = column / 8 * 8 + 8;
		} else {
			column++;
		}
	}
	return column;
}

/* Goes to the next line and reads its beginning. */
static void next_line(struct job *job)
{
	struct head *h = &job->head;

	*h = (struct head){ 0 };
	job->line = reader_line(&job->in, &job->left, '\n');
	if (!job->line) {
		h->end = h->blank = true;
		job->left = 0;
		return;
	}
	job->newline = job->line[job->left - 1] == '\n';
	job->left -= job->newline;
	h->indent = skip_space(job, 0);
	h->prefix = h->indent;
	if (job->prefix_len == 0) {
		if (job->prefix_lead < h->prefix)
			h->prefix = job->prefix_lead;
	} else {
		while (h->matched < job->prefix_len && job->left > 0 &&
		       *job->line == job->prefix[h->matched]) {
			job->line++;
			job->left--;
			h->matched++;
			h->indent++;
		}
		if (h->matched == job->prefix_len)
			h->indent = skip_space(job, h->indent);
	}
	h->blank = job->left == 0;
}

/* Whether the line is of the kind that is formatted. */
static bool is_text(const struct job *job)
{
	const struct head *h = &job->head;

	return !h->blank && h->prefix >= job->prefix_lead && h->indent >= h->prefix + job->prefix_full;
}

/* Writes a line as it is. */
static void copy_line(struct job *job)
{
	const struct head *h = &job->head;

	job->column = 0;
	if (h->indent > h->prefix || !h->blank) {
		put_space(job, h->prefix);
		for (size_t i = 0; i < job->prefix_len && job->column != h->indent; i++, job->column++)
			out_char(job->prefix[i]);
		if (!h->blank)
			put_space(job, h->indent - job->column);
	}
	out_mem(job->line, job->left);
	if (job->newline || (h->blank && h->indent >= h->prefix + job->prefix_len))
		out_char('\n');
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_punct(char c)
{
	return c > ' ' && c < 0x7f && !((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'));
}

static void look_at_word(const struct job *job, struct word *w)
{
	const char *start = job->text + w->at, *end = start + w->len - 1;

	w->opening = is_one_of(*start, "(['`\"");
	w->punct = is_punct(*end);
	while (start < end && is_one_of(*end, ")]'\""))
		end--;
	w->period = is_one_of(*end, ".?!");
}

static int64_t square(int64_t n)
{
	return n * n;
}

/* What it costs that a line begins with a word. */
static int64_t break_cost(const struct job *job, size_t i)
{
	const struct word *w = &job->words[i], *before = w - 1;
	int64_t cost = square(70);

	if (i > 0) {
		if (before->period)
			cost += before->final ? -square(50) : square(600);
		else if (before->punct)
			cost -= square(40);
		else if (i > 1 && before[-1].final)
			cost += square(200) / (int64_t)(before->len + 2);
	}
	if (w->opening)
		cost -= square(40);
	else if (w->final)
		cost += square(150) / (int64_t)(w->len + 2);
	return cost;
}

static int64_t uneven_cost(size_t a, size_t b)
{
	return square(10 * ((int64_t)a - (int64_t)b)) / 2;
}

/* What it costs that a line of `len` columns ends before the word. */
static int64_t line_cost(const struct job *job, size_t next, size_t len)
{
	int64_t cost;

	if (next == job->count)
		return 0;
	cost = square(10 * ((int64_t)job->goal - (int64_t)len));
	if (job->words[next].next != job->count)
		cost += uneven_cost(len, job->words[next].line);
	return cost;
}

/* Finds where to break the lines of a paragraph, from its end on. */
static void find_breaks(struct job *job)
{
	size_t saved = job->words[job->count].len;

	job->words[job->count].cost = 0;
	job->words[job->count].len = job->width; /* nothing goes behind the last word */
	for (size_t start = job->count; start-- > 0;) {
		struct word *w = &job->words[start];
		size_t len = (start == 0 ? job->first_indent : job->other_indent) + w->len, next = start;
		int64_t best = INT64_MAX;

		do {
			int64_t cost;

			next++;
			cost = line_cost(job, next, len) + job->words[next].cost;
			if (start == 0 && job->last_line > 0)
				cost += uneven_cost(len, job->last_line);
			if (cost < best) {
				best = cost;
				w->next = next;
				w->line = len;
			}
			if (next == job->count)
				break;
			len += job->words[next - 1].space + job->words[next].len;
		} while (len < job->width);
		w->cost = best + break_cost(job, start);
	}
	job->words[job->count].len = saved;
}

static void put_line(struct job *job, size_t from, size_t to, size_t indent)
{
	job->column = 0;
	put_space(job, job->prefix_indent);
	out_mem(job->prefix, job->prefix_len);
	job->column += job->prefix_len;
	if (indent > job->column)
		put_space(job, indent - job->column);
	for (size_t i = from; i < to; i++) {
		out_mem(job->text + job->words[i].at, job->words[i].len);
		job->column += job->words[i].len;
		if (i + 1 < to)
			put_space(job, job->words[i].space);
	}
	job->last_line = job->column;
	out_char('\n');
	if (out_failed())
		leave(1);
}

/* Writes the lines that begin before word `end`. */
static void put_lines(struct job *job, size_t end)
{
	for (size_t i = 0; i < end; i = job->words[i].next)
		put_line(job, i, job->words[i].next, i == 0 ? job->first_indent : job->other_indent);
}

/* Writes the first part of a paragraph that is too long, up to a line after which a break is good. The word that is being read is not
 * counted yet, but moves with the others. */
static void put_part(struct job *job)
{
	size_t split = job->count, at;
	int64_t best = INT64_MAX - square(3);

	if (job->count == 0) {
		out_mem(job->text, job->text_len);
		job->text_len = 0;
		return;
	}
	find_breaks(job);
	for (size_t i = job->words[0].next; i != job->count; i = job->words[i].next) {
		int64_t gain = job->words[i].cost - job->words[job->words[i].next].cost;

		if (gain < best) {
			split = i;
			best = gain;
		}
		if (best <= INT64_MAX - 2 * square(3))
			best += square(3);
	}
	put_lines(job, split);
	at = job->words[split].at;
	memmove(job->text, job->text + at, job->text_len - at);
	job->text_len -= at;
	for (size_t i = split; i <= job->count; i++) {
		job->words[i - split] = job->words[i];
		job->words[i - split].at -= at;
	}
	job->count -= split;
}

/* Sets the indentation of the lines after the first, when it is known whether the next line is of the same paragraph. */
static void set_other_indent(struct job *job, bool same)
{
	if (job->opt->split_only)
		job->other_indent = job->first_indent;
	else if (job->opt->crown_margin)
		job->other_indent = same ? job->head.indent : job->first_indent;
	else if (!job->opt->tagged_paragraph)
		job->other_indent = job->first_indent;
	else if (same && job->head.indent != job->first_indent)
		job->other_indent = job->head.indent;
	else if (job->other_indent == job->first_indent)
		job->other_indent = job->first_indent == 0 ? TAG_INDENT : 0;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Adds the bytes of the next word of the line to the text. */
static struct word *take_word(struct job *job)
{
	struct word *w = &job->words[job->count];

	w->at = job->text_len;
	w->len = 0;
	do {
		if (job->text_len == MOST_BYTES) {
			set_other_indent(job, true);
			put_part(job);
			w = &job->words[job->count];
			if (job->text_len == 0)
				w->len = 0;
		}
		job->text[job->text_len++] = *job->line++;
		w->len++;
		job->left--;
	} while (job->left > 0 && !is_space(*job->line));
	return w;
}

/* Adds the words of the line, and goes to the next. */
static void take_line(struct job *job)
{
	size_t column = job->head.indent;

	while (job->left > 0) {
		struct word *w = take_word(job);
		size_t after;

		column += w->len;
		after = skip_space(job, column);
		w->space = after - column;
		column = after;
		look_at_word(job, w);
		w->final = (job->left == 0 && !job->newline) ||
			   (w->period && (job->left == 0 || w->space > 1));
		if (job->left == 0 || job->opt->uniform_spacing)
			w->space = w->final ? 2 : 1;
		if (job->count == MOST_WORDS) {
			set_other_indent(job, true);
			put_part(job);
		}
		job->count++;
	}
	next_line(job);
}

static bool same_paragraph(const struct job *job)
{
	return is_text(job) && job->head.prefix == job->prefix_indent;
}

/* Adds the lines of the paragraph after the first. */
static void take_paragraph(struct job *job)
{
	const struct fmt_options *opt = job->opt;
	bool same = same_paragraph(job);

	set_other_indent(job, same);
	if (opt->split_only)
		return;
	if (opt->crown_margin) {
		if (!same)
			return;
		take_line(job);
	} else if (opt->tagged_paragraph) {
		if (!same || job->head.indent == job->first_indent)
			return;
		take_line(job);
	}
	while (same_paragraph(job) && job->head.indent == job->other_indent)
		take_line(job);
}

static void format(struct job *job)
{
	job->tabs = false;
	job->other_indent = 0;
	next_line(job);
	while (!job->head.end) {
		if (!is_text(job)) {
			copy_line(job);
			next_line(job);
			continue;
		}
		job->last_line = 0;
		job->prefix_indent = job->head.prefix;
		job->first_indent = job->head.indent;
		job->count = job->text_len = 0;
		take_line(job);
		take_paragraph(job);
		job->words[job->count - 1].period = job->words[job->count - 1].final = true;
		find_breaks(job);
		put_lines(job, job->count);
	}
}

static int fmt_file(struct job *job, const char *name)
{
	int fd = open_input(name);

	if (fd < 0) {
		warn_errno("cannot open %s for reading", quote_file(name));
		return 1;
	}
	reader_open(&job->in, fd);
	format(job);
	close_file(fd);
	if (job->in.error)
		warn("read error");
	return job->in.error != 0;
}

static size_t read_width(const char *arg, size_t most)
{
	uintmax_t n;
	enum num_error error = parse_uint(arg, NULL, &n);

	errno = error == NUM_OVERFLOW ? EOVERFLOW : ERANGE;
	if (error == NUM_OVERFLOW || (error == NUM_OK && n > most))
		die_errno("invalid width: %s", quote(arg));
	if (error != NUM_OK)
		die("invalid width: %s", quote(arg));
	return (size_t)n;
}

/* Reads the prefix, and takes the blanks around it off. */
static void read_prefix(struct job *job, const char *arg)
{
	while (*arg == ' ') {
		job->prefix_lead++;
		arg++;
	}
	job->prefix_full = strlen(arg);
	job->prefix_len = job->prefix_full;
	while (job->prefix_len > 0 && arg[job->prefix_len - 1] == ' ')
		job->prefix_len--;
	job->prefix = arena_memdup(arg, job->prefix_len);
}

int fmt_main(struct fmt_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct job *job = arena_new(struct job);
	const char *width = NULL;
	bool stdin_closed = false;
	int status = 0;

	if (*argv && argv[0][0] == '-' && argv[0][1] >= '0' && argv[0][1] <= '9')
		width = *argv++ + 1;
	argv = parse_options(this_applet(), opt, argv);
	if (opt->NUM)
		die_usage(
			"invalid option -- %c; -WIDTH is recognized only when it is the first\noption; use -w N instead",
			*opt->NUM);
	width = opt->width ? opt->width : width;
	job->opt = opt;
	job->width = width ? read_width(width, MOST_BYTES / 2) : 75;
	job->goal = job->width * (2 * (100 - 7) + 1) / 200;
	if (opt->goal) {
		job->goal = read_width(opt->goal, job->width);
		if (!width)
			job->width = job->goal + 10;
	}
	job->prefix = "";
	if (opt->prefix)
		read_prefix(job, opt->prefix);
	for (argv = *argv ? argv : stdin_only; *argv; argv++) {
		stdin_closed |= strcmp(*argv, "-") == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0;
		status |= fmt_file(job, *argv);
	}
	if (stdin_closed) {
		warn_code(EBADF, "closing standard input");
		status = 1;
	}
	return status;
}
