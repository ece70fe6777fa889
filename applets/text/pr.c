/* pr - lay files out in pages and columns for printing
 *
 * usage: pr [OPTION]... [FILE]...
 *
 *   -a, --across               fill rows, not columns, with -COLUMN
 *   -c, --show-control-chars   write control characters as ^G, others that do not print in octal
 *       --columns=COLUMN...    so many columns, which are filled one after the other; -COLUMN
 *                              is the same
 *   -d, --double-space         an empty line after each
 *   -D, --date-format=FORMAT   the date in the header, as date +FORMAT writes it
 *   -e, --expand-tabs[=CHAR[WIDTH]]  expand CHAR (a tab) of the input to multiples of WIDTH (8)
 *   -F, -f, --form-feed        end pages with a form feed, not with empty lines
 *   -h, --header=HEADER        HEADER in place of the file name
 *   -i, --output-tabs[=CHAR[WIDTH]]  write blanks as CHAR (a tab) at multiples of WIDTH (8)
 *   -J, --join-lines           whole lines in columns that are not aligned
 *   -l, --length=PAGE_LENGTH   lines of a page, 66 if not said; up to 10 they imply -t
 *   -m, --merge                the files beside each other, one in each column
 *   -n, --number-lines[=SEP[DIGITS]]  number lines with DIGITS (5) digits and SEP (a tab)
 *   -N, --first-line-number=NUMBER  the number of the first line of the first page written
 *   -o, --indent=MARGIN        indent lines by MARGIN columns
 *       --pages=FIRST[:LAST]   only these pages; +FIRST[:LAST] is the same
 *   -r, --no-file-warnings     say nothing of files that cannot be opened
 *   -s, --separator[=CHAR]     CHAR between columns, a tab if not said, without -w and -W; lines
 *                              are whole then, as with -J
 *   -S, --sep-string[=STRING]  STRING between columns
 *   -t, --omit-header          no headers and no ends of pages
 *   -T, --omit-pagination      the same, and no form feeds of the input
 *   -v, --show-nonprinting     write what does not print in octal
 *   -w, --width=PAGE_WIDTH     width of pages with columns, 72 if not said
 *   -W, --page-width=PAGE_WIDTH  width of all pages, to which lines are cut
 *
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * hidden: -NUM
 * follows: POSIX.1-2024 pr; GNU coreutils manual, "pr invocation"
 */
#include "libbb.h"
#include "timefmt.h"
#include "pr.gen.h"

enum {
	HEADER_LINES = 5,
	TRAILER_LINES = 5,
};

/* A file, or what is left of it. */
struct input {
	const char *name;
	struct reader in;
	bool open;
	bool ended;     /* nothing is left */
	bool page_done; /* a form feed ended its part of the page */
};

/* A line on its way to its place. */
struct cell {
	bool there;
	bool hidden;    /* its first character has no room */
	bool last;      /* nothing else of the page may come */
	size_t at, len; /* in the texts */
	intmax_t number;
};

struct job {
	const struct pr_options *opt;
	size_t columns;
	bool merge, across, numbers, omit, form_feeds, form_feeds_kept, join, cut, expand, tabify, plain;
	char in_tab, out_tab, number_sep;
	size_t in_width, out_width, digits, number_width;
	const char *sep;
	size_t sep_len, margin, page_width, text_width, column_width;
	uintmax_t first_page, last_page, page;
	size_t page_rows; /* of text, double-spaced or not */
	struct input *inputs;
	size_t input_count;
	const char *header;
	char *date;
	intmax_t number, first_number;
	bool number_set; /* by -N */
	struct buf texts;
	struct cell *cells;
	size_t cells_size;
	const struct cell **row;
	bool silent;       /* the page is not among those wanted */
	size_t rows_done;  /* of the page */
	size_t lines_done; /* with empty ones between the rows */
	bool headed;
	bool fed;                /* a form feed ended the page before */
	size_t position, blanks; /* of the output line; blanks not written yet end it */
	struct time_zone zone;
	int status;
};

/* Reads the argument of -e, -i or -n: a character, if it does not begin with a digit, and a number. */
static void read_char_number(char option, const char *arg, char *c, size_t *number)
{
	uintmax_t n;
	enum num_error error;

	if (!arg || !*arg)
		return;
	if (*arg < '0' || *arg > '9')
		*c = *arg++;
	if (!*arg)
		return;
	error = parse_uint(arg, NULL, &n);
	if (error == NUM_OK && n > 0 && n <= INT_MAX) {
		*number = (size_t)n;
		return;
	}
	if (error == NUM_OVERFLOW || (error == NUM_OK && n > INT_MAX)) {
		errno = EOVERFLOW;
		warn_errno("'-%c' extra characters or invalid number in the argument: %s", option,
			   quote(arg));
	} else {
		warn("'-%c' extra characters or invalid number in the argument: %s", option, quote(arg));
	}
	die_usage(NULL);
}

static intmax_t read_number(const char *arg, intmax_t least, const char *what)
{
	intmax_t n;
	enum num_error error = parse_int(arg, NULL, &n);

	if (error == NUM_OK && n >= least && n <= INT_MAX)
		return n;
	errno = error == NUM_OK && n < least ? ERANGE : EOVERFLOW;
	if (error == NUM_OK || error == NUM_OVERFLOW)
		die_errno("%s: %s", what, quote(arg));
	die("%s: %s", what, quote(arg));
}

/* Reads FIRST[:LAST]. Returns false if that is no range. */
static bool read_pages(struct job *job, const char *option, const char *arg)
{
	const char *end, *p = arg;
	uintmax_t first, last = UINTMAX_MAX;
	enum num_error error = parse_uint_base(p, &end, 10, NULL, &first);

	if (error != NUM_OK)
		die_option_number(error, option, arg);
	if (*end == ':' && first > 0) {
		p = end + 1;
		error = parse_uint_base(p, &end, 10, NULL, &last);
		if (error != NUM_OK)
			die_option_number(error, option, arg);
		if (last < first)
			return false;
	}
	if (*end)
		die_option_number(first > 0 && *end != ':' ? NUM_SUFFIX : NUM_INVALID, option, arg);
	if (first == 0)
		return false;
	job->first_page = first;
	job->last_page = last;
	return true;
}

/* Writes the blanks held back, as tabs where that is wanted. */
static void flush_blanks(struct job *job)
{
	size_t goal = job->position + job->blanks;

	if (job->tabify)
		while (goal - job->position > 1) {
			size_t stop = (job->position / job->out_width + 1) * job->out_width;

			if (stop > goal)
				break;
			out_char(job->out_tab);
			job->position = stop;
		}
	out_fill(' ', goal - job->position);
	job->position = goal;
	job->blanks = 0;
}

static void put_char(struct job *job, char c)
{
	if (c == ' ' && job->tabify) {
		job->blanks++;
		return;
	}
	if (job->blanks > 0)
		flush_blanks(job);
	out_char(c);
	if (c == '\b')
		job->position -= job->position > 0;
	else if (c == '\t')
		job->position = (job->position / job->out_width + 1) * job->out_width;
	else
		job->position += c >= ' ' && c < 0x7f;
}

static void put_text(struct job *job, const char *p, size_t len)
{
	if (job->plain) {
		out_mem(p, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		put_char(job, p[i]);
}

static void put_newline(struct job *job)
{
	out_char('\n');
	job->position = job->blanks = 0;
	if (out_failed())
		leave(1);
}

static void put_header(struct job *job)
{
	char digits[NUM_SIZE];
	const char *page = num_to_str(job->page, digits);
	size_t used = str_width(job->date, strlen(job->date)) + str_width(job->header, strlen(job->header)) +
		      strlen("Page ") + strlen(page);
	size_t left = used < job->page_width ? job->page_width - used : 0;

	job->headed = true;
	if (job->silent || job->omit)
		return;
	job->blanks = job->margin;
	flush_blanks(job);
	job->position = 0;
	out_str("\n\n");
	out_fill(' ', job->margin);
	out_str(job->date);
	out_fill(' ', left / 2 > 0 ? left / 2 : 1);
	out_str(job->header);
	out_fill(' ', left - left / 2 > 0 ? left - left / 2 : 1);
	out_fmt("Page %s", page);
	out_str("\n\n\n");
}

static void fail_reading(struct job *job, const struct input *f)
{
	warn_code(f->in.error, "%s", quote_maybe(f->name));
	job->status = 1;
}

static int next_byte(struct job *job, struct input *f)
{
	int c = reader_byte(&f->in);

	if (c < 0) {
		f->ended = true;
		if (f->in.error)
			fail_reading(job, f);
	}
	return c;
}

/* Whether the next byte is `c`, which is then taken. */
static bool take_byte(struct input *f, char c)
{
	if (f->in.pos == f->in.end && !reader_fill(&f->in))
		return false;
	if (f->in.buf[f->in.pos] != c)
		return false;
	f->in.pos++;
	return true;
}

/* Notes the form feed that was read; a newline behind it belongs to it. */
static void end_part(struct input *f)
{
	f->page_done = true;
	take_byte(f, '\n');
}

/* Writes what stands for the byte `c` in a line at column `position` to `out`; returns its length, and in *width the columns. */
static size_t convert(const struct job *job, unsigned char c, size_t position, char out[8], ptrdiff_t *width)
{
	if (c == '\b' && !job->opt->show_control_chars && !job->opt->show_nonprinting) {
		*width = -1;
		if (position == 0) {
			*width = 0;
			return 0;
		}
	} else if (c >= ' ' && c < 0x7f) {
		*width = 1;
	} else if (job->opt->show_nonprinting || (job->opt->show_control_chars && c >= 0x80)) {
		snprintf(out, 8, "\\%03o", c);
		*width = 4;
		return 4;
	} else if (job->opt->show_control_chars) {
		out[0] = '^';
		out[1] = (char)(c ^ 0x40);
		*width = 2;
		return 2;
	} else {
		*width = 0;
	}
	out[0] = (char)c;
	return 1;
}

/* Takes a line that needs no conversion and is in memory as a whole. Returns whether it was one. */
static bool read_plain(struct job *job, struct input *f)
{
	struct reader *r = &f->in;
	const char *start = r->buf + r->pos, *end = mem_chr3(start, '\n', '\f', '\b', r->end - r->pos);

	if (!end || *end != '\n')
		return false;
	buf_mem(&job->texts, start, (size_t)(end - start));
	r->pos = (size_t)(end + 1 - r->buf);
	return true;
}

/* Reads a line, the first byte of which is `c`, in the form it will have, cut to the width of the text. */
static void read_text(struct job *job, struct input *f, int c, struct cell *cell)
{
	size_t position = 0, before = 0;
	size_t room = job->numbers && !job->merge ? job->column_width : job->text_width;
	bool full = false, first = true;
	char text[8];

	for (; c >= 0 && c != '\n' && c != '\f'; c = next_byte(job, f)) {
		bool tab = c == '\t' || (c == job->in_tab && job->expand);
		size_t every = c == job->in_tab ? job->in_width : 8, len = 0;
		ptrdiff_t width;

		if (full)
			continue;
		if (tab)
			width = (ptrdiff_t)(every - (before + position) % every);
		else
			len = convert(job, (unsigned char)c, position, text, &width);
		if (job->cut && width > 0 && position + (size_t)width > room) {
			full = true;
			cell->hidden = first;
			continue;
		}
		first = false;
		/* the number is counted from the second character on */
		room = job->text_width;
		if (job->numbers && !job->merge)
			before = job->number_width;
		position = (size_t)((ptrdiff_t)position + width);
		if (tab && job->expand)
			memset(buf_room(&job->texts, (size_t)width), ' ', (size_t)width),
				job->texts.len += (size_t)width;
		else if (tab)
			buf_char(&job->texts, '\t');
		else
			buf_mem(&job->texts, text, len);
	}
	if (c == '\f')
		end_part(f);
}

/* Reads the next line of the page from a file to a cell. Returns false if there is none. */
static bool read_cell(struct job *job, struct input *f, struct cell *cell)
{
	int c;

	*cell = (struct cell){ .number = job->number };
	if (!f->open || f->ended || f->page_done || (c = next_byte(job, f)) < 0)
		return false;
	if (c == '\f') {
		end_part(f);
		return false;
	}
	cell->there = true;
	cell->at = job->texts.len;
	f->in.pos--;
	if (!job->plain || !read_plain(job, f)) {
		f->in.pos++;
		read_text(job, f, c, cell);
	}
	cell->len = job->texts.len - cell->at;
	return true;
}

/* Whether more lines of the page may come. */
static bool more_may_come(const struct job *job)
{
	for (size_t i = 0; i < job->input_count; i++)
		if (job->inputs[i].open && !job->inputs[i].ended && !job->inputs[i].page_done)
			return true;
	return false;
}

static void put_number(struct job *job, intmax_t number)
{
	char digits[NUM_SIZE];
	const char *s = num_to_str_signed(number, digits);
	size_t len = strlen(s);

	for (size_t i = len; i < job->digits; i++)
		put_char(job, ' ');
	if (len > job->digits)
		s += len - job->digits;
	while (*s)
		put_char(job, *s++);
	if (job->columns > 1 && job->number_sep == '\t')
		for (size_t i = job->digits; i < job->number_width; i++)
			put_char(job, ' ');
	else
		put_char(job, job->number_sep);
}

/* Goes to where column `i` begins, past the separator. */
static void begin_column(struct job *job, size_t i)
{
	size_t start = job->margin + i * (job->column_width + job->sep_len) +
		       (job->merge && job->numbers ? job->number_width : 0);

	if (i > 0 && !job->join)
		for (size_t at = job->position + job->blanks; at + job->sep_len < start; at++)
			put_char(job, ' ');
	for (size_t k = 0; i > 0 && k < job->sep_len; k++)
		put_char(job, job->sep[k]);
	if (job->columns > 1 || !job->tabify)
		flush_blanks(job);
}

/* Writes a row of cells, of which those that are not there leave their columns empty. */
static void put_row(struct job *job, const struct cell *const *cells, size_t count)
{
	if (!job->headed)
		put_header(job);
	if (job->silent)
		return;
	job->blanks = job->margin;
	for (size_t i = 0; i < count; i++) {
		bool numbered = job->numbers && (job->merge ? i == 0 : cells[i]->there);

		if (numbered || (cells[i]->there ? !cells[i]->hidden : !cells[i]->last))
			begin_column(job, i);
		if (numbered)
			put_number(job, cells[i]->number);
		if (cells[i]->there)
			put_text(job, job->texts.data + cells[i]->at, cells[i]->len);
	}
	put_newline(job);
}

/* Counts a row; `more` says that others may follow. */
static void end_row(struct job *job, bool more)
{
	job->rows_done++;
	job->lines_done++;
	if (!more || !job->opt->double_space)
		return;
	job->lines_done++;
	if (!job->silent)
		put_newline(job);
}

/* Writes a page whose columns are filled one after the other. */
static void page_down(struct job *job)
{
	const struct cell **row = job->row;
	size_t most = job->page_rows * job->columns, count = 0, rows;

	while (count < most) {
		job->cells = arena_reserve(job->cells, count, &job->cells_size, sizeof(*job->cells));
		if (!read_cell(job, job->inputs, &job->cells[count]))
			break;
		job->cells[count++].hidden = false;
		job->number++;
	}
	rows = (count + job->columns - 1) / job->columns;
	for (size_t r = 0; r < rows; r++) {
		size_t at = r, n = 0;

		for (size_t i = 0; i < job->columns && (r + 1 < rows || n < count - r * job->columns); i++) {
			row[n++] = &job->cells[at];
			at += count / job->columns + (i < count % job->columns);
		}
		put_row(job, row, n);
		end_row(job, r + 1 < rows);
	}
}

/* Writes a page row by row, each from one file, or from all with -m. */
static void page_across(struct job *job)
{
	const struct cell **row = job->row;

	while (job->rows_done < job->page_rows) {
		size_t n = 0, there = 0;

		job->texts.len = 0;
		while (n < (job->merge ? job->input_count : job->columns)) {
			struct cell *cell;

			job->cells = arena_reserve(job->cells, n, &job->cells_size, sizeof(*cell));
			cell = &job->cells[n];
			there += read_cell(job, job->merge ? &job->inputs[n] : job->inputs, cell);
			cell->last = !more_may_come(job);
			if (!job->merge && !cell->there)
				break;
			job->number += !job->merge;
			n++;
		}
		if (there == 0)
			return;
		job->number += job->merge;
		for (size_t i = 0; i < n; i++)
			row[i] = &job->cells[i];
		put_row(job, row, n);
		end_row(job, more_may_come(job));
	}
}

/* Ends a page: fills it, or writes the form feed. */
static void put_trailer(struct job *job)
{
	size_t lines = job->page_rows * (job->opt->double_space ? 2 : 1);
	bool fed = false;

	for (size_t i = 0; i < job->input_count; i++)
		fed |= job->inputs[i].page_done;
	if (job->silent)
		return;
	if (job->omit) {
		if (fed && job->form_feeds_kept)
			out_char('\f');
	} else if (job->form_feeds) {
		out_fill('\n', (job->rows_done == 0) +
				       (job->opt->double_space && job->lines_done < 2 * job->page_rows));
		out_char('\f');
	} else {
		if (job->lines_done < lines)
			out_fill('\n', lines - job->lines_done);
		out_fill('\n', TRAILER_LINES);
	}
}

/* Gets the files ready for the next page. Returns false if nothing is left of any. */
static bool begin_page(struct job *job)
{
	bool any = false;

	job->fed = false;
	for (size_t i = 0; i < job->input_count; i++) {
		struct input *f = &job->inputs[i];

		job->fed |= f->page_done;
		if (!f->open || f->ended)
			continue;
		if (!f->page_done && job->page > 0 && take_byte(f, '\f'))
			take_byte(f, '\n');
		f->page_done = false;
		if (f->in.pos < f->in.end || reader_fill(&f->in))
			any = true;
		else
			next_byte(job, f);
	}
	job->page++;
	job->texts.len = job->rows_done = job->lines_done = 0;
	job->headed = false;
	return any;
}

/* Writes the pages of the file, or of all in parallel. */
static void put_pages(struct job *job)
{
	job->page = 0;
	if (!job->number_set)
		job->number = 1;
	while (job->page < job->last_page) {
		if (!begin_page(job)) {
			if (job->first_page > 1 && job->page + job->fed <= job->first_page)
				warn("starting page number %ju exceeds page count %ju", job->first_page,
				     job->page > 1 ? job->page - 1 : 1);
			return;
		}
		job->silent = job->page < job->first_page;
		if (job->page == job->first_page && job->number_set)
			job->number = job->first_number;
		if (job->columns > 1 && !job->merge && !job->across)
			page_down(job);
		else
			page_across(job);
		if (!job->headed)
			put_header(job);
		put_trailer(job);
	}
}

static void set_date(struct job *job, time_t when, long nanoseconds)
{
	struct timespec ts = { .tv_sec = when, .tv_nsec = nanoseconds };
	const char *format = job->opt->date_format;
	struct buf b = { 0 };
	struct tm tm;

	if (!format)
		format = getenv("POSIXLY_CORRECT") && !locale_is_utf8() ? "%b %e %H:%M %Y" : "%Y-%m-%d %H:%M";
	buf_str(&b, "");
	if (time_split(&job->zone, when, &tm))
		time_format(&b, format, &tm, &ts);
	else
		buf_fmt(&b, "%jd.%09ld", (intmax_t)when, nanoseconds);
	job->date = b.data;
}

/* Opens a file. Returns false, after a message, if that fails. */
static bool open_one(struct job *job, struct input *f, const char *name)
{
	int fd = open_input(name);
	struct stat st;

	f->name = name;
	f->ended = f->page_done = false;
	f->open = fd >= 0;
	if (fd < 0) {
		job->status = 1;
		if (!job->opt->no_file_warnings)
			warn_errno("%s", quote_maybe(name));
		return false;
	}
	reader_open(&f->in, fd);
	if (!job->merge) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		if (strcmp(name, "-") != 0 && fstat(fd, &st) == 0)
			now = st.st_mtim;
		set_date(job, now.tv_sec, now.tv_nsec);
	}
	return true;
}

static void put_merged(struct job *job, char **files, size_t count)
{
	struct timespec now;

	job->inputs = arena_array(struct input, count);
	for (; *files; files++)
		job->input_count += open_one(job, &job->inputs[job->input_count], *files);
	clock_gettime(CLOCK_REALTIME, &now);
	set_date(job, now.tv_sec, now.tv_nsec);
	job->header = job->opt->header ? job->opt->header : "";
	if (job->input_count > 0)
		put_pages(job);
}

static void put_each(struct job *job, char **files)
{
	job->inputs = arena_new(struct input);
	job->input_count = 1;
	for (; *files; files++) {
		if (!open_one(job, job->inputs, *files))
			continue;
		job->header = job->opt->header ? job->opt->header : strcmp(*files, "-") == 0 ? "" : *files;
		put_pages(job);
		close_file(job->inputs->in.fd);
	}
}

/* Takes the operands that are page ranges, and returns the files and their number. */
static char **take_files(struct job *job, char **operands, size_t *count)
{
	char **files;
	size_t n = 0;

	while (operands[n])
		n++;
	files = arena_array(char *, n + 2);
	*count = 0;
	for (; *operands; operands++)
		if (**operands != '+' || job->first_page > 0 || !read_pages(job, "+", *operands + 1))
			files[(*count)++] = *operands;
	if (*count == 0)
		files[(*count)++] = arena_strdup("-");
	return files;
}

/* Sets the separator, and whether lines are cut. */
static void set_separator(struct job *job)
{
	const struct pr_options *opt = job->opt;
	bool width = opt->width || opt->page_width, several = job->columns > 1;

	job->join = opt->join_lines || (opt->separator_at && !opt->sep_string_at && !width);
	job->cut = several ? !job->join
			   : (opt->page_width ||
			      (opt->width && (opt->merge || opt->NUM || opt->columns.count > 0))) &&
				     !opt->join_lines;
	if (opt->sep_string_at)
		job->sep = opt->sep_string ? opt->sep_string : "";
	else if (opt->separator_at)
		job->sep = opt->separator ? opt->separator : width ? "" : "\t";
	else
		job->sep = opt->join_lines ? "\t" : " ";
	job->sep_len = strlen(job->sep);
}

/* Sets the widths of pages, columns and texts. */
static void set_widths(struct job *job)
{
	const struct pr_options *opt = job->opt;
	size_t taken = (job->columns - 1) * job->sep_len;

	if (opt->width_at || opt->page_width_at)
		job->page_width =
			opt->page_width_at > opt->width_at
				? (size_t)read_number(opt->page_width, 1,
						      "'-W PAGE_WIDTH' invalid number of characters")
				: (size_t)read_number(opt->width, 1,
						      "'-w PAGE_WIDTH' invalid number of characters");
	job->number_width = job->digits + (job->number_sep == '\t' ? 8 - job->digits % 8 : 1);
	if (job->merge && job->numbers)
		taken += job->number_width;
	job->column_width = taken < job->page_width ? (job->page_width - taken) / job->columns : 0;
	job->text_width = job->column_width;
	if (job->column_width == 0 && job->cut && job->columns > 1)
		die("page width too narrow");
	if (job->numbers && !job->merge)
		job->text_width = job->column_width > job->number_width
					  ? job->column_width - job->number_width
					  : 1;
}

static void set_columns(struct job *job, size_t files)
{
	const struct pr_options *opt = job->opt;
	const char *columns = opt->NUM;

	if (opt->columns.count > 0 && opt->columns.items[opt->columns.count - 1].at > opt->NUM_at)
		columns = opt->columns.items[opt->columns.count - 1].value;
	job->columns = 1;
	if (columns)
		job->columns = (size_t)read_number(columns, 1, "invalid number of columns");
	if (opt->merge && columns)
		die("cannot specify number of columns when printing in parallel");
	if (opt->merge && opt->across)
		die("cannot specify both printing across and printing in parallel");
	job->merge = opt->merge;
	job->across = opt->across;
	if (opt->merge)
		job->columns = files;
}

static void set_job(struct job *job, size_t files)
{
	const struct pr_options *opt = job->opt;
	size_t length = 66;

	set_columns(job, files);
	if (opt->length)
		length = (size_t)read_number(opt->length, 1, "'-l PAGE_LENGTH' invalid number of lines");
	if (opt->indent)
		job->margin = (size_t)read_number(opt->indent, 0, "'-o MARGIN' invalid line offset");
	if (opt->first_line_number) {
		job->first_number = read_number(opt->first_line_number, INT_MIN,
						"'-N NUMBER' invalid starting line number");
		job->number_set = true;
	}
	job->in_tab = job->out_tab = job->number_sep = '\t';
	job->in_width = job->out_width = 8;
	job->digits = 5;
	read_char_number('e', opt->expand_tabs, &job->in_tab, &job->in_width);
	read_char_number('i', opt->output_tabs, &job->out_tab, &job->out_width);
	read_char_number('n', opt->number_lines, &job->number_sep, &job->digits);
	job->numbers = opt->number_lines_at;
	job->expand = opt->expand_tabs_at || job->columns > 1;
	job->tabify = opt->output_tabs_at || job->columns > 1;
	job->omit = opt->omit_header || opt->omit_pagination || length <= HEADER_LINES + TRAILER_LINES;
	job->form_feeds = opt->form_feed;
	job->form_feeds_kept = !opt->omit_pagination || length <= HEADER_LINES + TRAILER_LINES;
	job->page_rows = job->omit ? length : length - HEADER_LINES - TRAILER_LINES;
	if (opt->double_space)
		job->page_rows = job->page_rows > 1 ? job->page_rows / 2 : 1;
	job->page_width = 72;
	set_separator(job);
	set_widths(job);
	job->plain = job->columns == 1 && !job->expand && !job->tabify && !job->cut &&
		     !opt->show_control_chars && !opt->show_nonprinting;
	job->row = arena_array(const struct cell *, job->columns);
	if (job->first_page == 0) {
		job->first_page = 1;
		job->last_page = UINTMAX_MAX;
	}
}

int pr_main(struct pr_options *opt, char **operands)
{
	struct job job = { .opt = opt };
	char **files;
	size_t count;

	if (opt->pages && !read_pages(&job, "--pages", opt->pages))
		die("invalid page range %s", quote(opt->pages));
	files = take_files(&job, operands, &count);
	set_job(&job, count);
	if (job.merge)
		put_merged(&job, files, count);
	else
		put_each(&job, files);
	return job.status;
}
