/* join - join the lines of two sorted files that have a field in common
 *
 * usage: join [OPTION]... FILE1 FILE2
 *
 *   -a FILENUM...          also print lines of file FILENUM (1 or 2) that have no pair
 *   -e STRING...           print STRING for fields that are missing or empty
 *   -i, --ignore-case      upper and lower case are equal
 *   -j FIELD...            the same as -1 FIELD -2 FIELD
 *   -o FORMAT...           print the fields of FORMAT
 *   -t CHAR...             fields are separated by CHAR, and so is the output
 *   -v FILENUM...          print only lines of file FILENUM that have no pair
 *   -1 FIELD...            the field of FILE1 to join by, the first if not said
 *   -2 FIELD...            the field of FILE2
 *       --check-order      the files must be sorted, else stop with an error
 *       --nocheck-order    do not check that they are sorted
 *       --header           the first lines are headers: join them whatever is in them
 *   -z, --zero-terminated  lines end with NUL, not with a newline
 *
 * One of the files may be -, standard input. Without -t fields are separated by blanks, of which
 * those that begin a line do not count. FORMAT is FILENUM.FIELD or 0 (the common field), several
 * separated by commas or blanks, or `auto', as many fields as the first lines have. Without it the
 * common field, the others of FILE1 and the others of FILE2 are printed.
 *
 * install: /usr/bin
 * options: manual
 * follows: POSIX.1-2024 join; GNU coreutils manual, "join invocation"
 * hot: compares and copies every line
 */
#include "libbb.h"
#include "lines.h"
#include "join.gen.h"

enum check { CHECK_DEFAULT, CHECK_ALWAYS, CHECK_NEVER };

struct field {
	size_t at, len;
};

struct row {
	const char *text;
	size_t len;
	struct field *fields;
	size_t count, size;
};

/* Rows with the same field, if there are several. */
struct group {
	struct row *rows;
	struct buf *texts;
	size_t count, size, texts_size;
};

struct file {
	const char *name;
	struct group group;
	struct lines in;
	struct row now, before;
	size_t key; /* the field to join by, from 0 */
	size_t automatic;
	uintmax_t number;
	bool more, print, unsorted;
};

/* What is printed: a field of a file, or the common one for file 0. */
struct column {
	unsigned file;
	size_t field;
};

struct job {
	struct file files[2];
	struct column *columns;
	size_t columns_count, columns_size;
	const char *empty;
	int separator; /* or -1 for blanks, '\n' for none */
	char line_end;
	bool pairs, ignore_case, automatic, unpaired;
	enum check check;
};

static const struct row no_row;

static void add_field(struct row *row, const char *start, const char *end)
{
	if (row->count == row->size)
		row->fields = arena_reserve(row->fields, row->count, &row->size, sizeof(*row->fields));
	row->fields[row->count++] = (struct field){ (size_t)(start - row->text), (size_t)(end - start) };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void split(const struct job *job, struct row *row)
{
	const char *p = row->text, *end = p + row->len;

	row->count = 0;
	if (job->separator == '\n') {
		if (p < end)
			add_field(row, p, end);
		return;
	}
	if (job->separator >= 0) {
		const char *start = p;

		if (p == end)
			return;
		for (; p < end; p++)
			if (*p == (char)job->separator) {
				add_field(row, start, p);
				start = p + 1;
			}
		add_field(row, start, end);
		return;
	}
	while (p < end && is_blank(*p))
		p++;
	while (p < end) {
		const char *start = p;

		while (p < end && !is_blank(*p))
			p++;
		add_field(row, start, p);
		if (p == end)
			break;
		while (p < end && is_blank(*p))
			p++;
		if (p == end)
			add_field(row, p, p);
	}
}

static int fold(unsigned char c)
{
	return c >= 'a' && c <= 'z' ? c - 32 : c;
}

static struct field field_of(const struct row *row, size_t i)
{
	return i < row->count ? row->fields[i] : (struct field){ 0 };
}

/* Compares the fields to join by, of two files or of the same. */
static int compare(const struct job *job, const struct row *a, size_t a_key, const struct row *b,
		   size_t b_key)
{
	struct field x = field_of(a, a_key), y = field_of(b, b_key);
	size_t len = x.len < y.len ? x.len : y.len;
	int order = 0;

	if (!job->ignore_case && len > 0)
		order = memcmp(a->text + x.at, b->text + y.at, len);
	for (size_t i = 0; job->ignore_case && i < len && !order; i++)
		order = fold((unsigned char)a->text[x.at + i]) - fold((unsigned char)b->text[y.at + i]);
	return order ? order : (x.len > y.len) - (x.len < y.len);
}

static void check_order(struct job *job, struct file *f)
{
	if (job->check == CHECK_NEVER || f->unsorted || (job->check == CHECK_DEFAULT && !job->unpaired))
		return;
	if (!f->before.text || compare(job, &f->before, f->key, &f->now, f->key) <= 0)
		return;
	warn("%s:%ju: is not sorted: %.*s", f->name, f->number, (int)f->now.len, f->now.text);
	if (job->check == CHECK_ALWAYS)
		leave(1);
	f->unsorted = true;
}

static void advance(struct job *job, struct file *f)
{
	struct row swap = f->before;

	f->before = f->now;
	f->now = swap;
	f->more = lines_next(&f->in);
	f->before.text = f->in.prev;
	if (!f->more) {
		if (f->in.r.error) {
			errno = f->in.r.error;
			die_errno("read error");
		}
		return;
	}
	f->number++;
	f->now.text = f->in.line;
	f->now.len = f->in.len;
	split(job, &f->now);
	check_order(job, f);
}

static void put_field(const struct job *job, const struct row *row, size_t i)
{
	struct field f = field_of(row, i);

	if (f.len > 0)
		out_mem(row->text + f.at, f.len);
	else if (job->empty)
		out_str(job->empty);
}

static void put_separator(const struct job *job)
{
	out_char(job->separator < 0 ? ' ' : (char)job->separator);
}

static void put_others(const struct job *job, const struct row *row, const struct file *f)
{
	size_t count = job->automatic ? f->automatic : row->count;

	for (size_t i = 0; i < count; i++)
		if (i != f->key) {
			put_separator(job);
			put_field(job, row, i);
		}
}

/* Prints a pair; one of the two may be no_row. */
static void put_pair(const struct job *job, const struct row *a, const struct row *b)
{
	const struct file *f = job->files;

	for (size_t i = 0; i < job->columns_count; i++) {
		const struct column *c = &job->columns[i];

		if (i > 0)
			put_separator(job);
		if (c->file == 0)
			put_field(job, a == &no_row ? b : a, a == &no_row ? f[1].key : f[0].key);
		else
			put_field(job, c->file == 1 ? a : b, c->field);
	}
	if (job->columns_count == 0) {
		put_field(job, a == &no_row ? b : a, a == &no_row ? f[1].key : f[0].key);
		put_others(job, a, &f[0]);
		put_others(job, b, &f[1]);
	}
	out_char(job->line_end);
	if (out_failed())
		leave(1);
}

/* Prints the current line of a file as one without a pair, if that is wanted. */
static void put_single(const struct job *job, size_t i)
{
	const struct file *f = &job->files[i];

	if (f->print)
		put_pair(job, i == 0 ? &f->now : &no_row, i == 1 ? &f->now : &no_row);
}

/* Keeps a copy of a row, in memory that an earlier group had if there is some. */
static void keep_row(const struct job *job, struct group *g, const struct row *row)
{
	struct buf *text;

	g->texts = arena_reserve(g->texts, g->count, &g->texts_size, sizeof(*g->texts));
	g->rows = arena_reserve(g->rows, g->count, &g->size, sizeof(*g->rows));
	text = &g->texts[g->count];
	text->len = 0;
	buf_mem(text, row->text, row->len);
	g->rows[g->count].text = text->data;
	g->rows[g->count].len = row->len;
	split(job, &g->rows[g->count++]);
}

/* Goes beyond the lines that have the same field as the current one; returns these, and how many they are. */
static const struct row *take_group(struct job *job, struct file *f, size_t *count)
{
	struct group *g = &f->group;

	advance(job, f);
	*count = 1;
	if (!f->more || compare(job, &f->before, f->key, &f->now, f->key) != 0)
		return &f->before;
	g->count = 0;
	keep_row(job, g, &f->before);
	do {
		keep_row(job, g, &f->now);
		advance(job, f);
	} while (f->more && compare(job, &g->rows[0], f->key, &f->now, f->key) == 0);
	*count = g->count;
	return g->rows;
}

/* Prints all pairs of the lines that have the field that is now current in both files. */
static void put_group(struct job *job)
{
	size_t a_count, b_count;
	const struct row *a = take_group(job, &job->files[0], &a_count);
	const struct row *b = take_group(job, &job->files[1], &b_count);

	for (size_t i = 0; i < a_count && job->pairs; i++)
		for (size_t j = 0; j < b_count; j++)
			put_pair(job, &a[i], &b[j]);
}

/* Prints or checks what is left of a file. */
static void finish(struct job *job, size_t i)
{
	struct file *f = &job->files[i];

	while (f->more) {
		put_single(job, i);
		if (!f->print && (f->unsorted || job->check == CHECK_NEVER))
			return;
		advance(job, f);
	}
}

static void join_files(struct job *job, bool header)
{
	struct file *a = &job->files[0], *b = &job->files[1];

	advance(job, a);
	advance(job, b);
	a->automatic = a->more ? a->now.count : 0;
	b->automatic = b->more ? b->now.count : 0;
	if (header && (a->more || b->more)) {
		put_pair(job, a->more ? &a->now : &no_row, b->more ? &b->now : &no_row);
		for (size_t i = 0; i < 2; i++) {
			struct file *f = &job->files[i];
			enum check check = job->check;

			job->check = CHECK_NEVER;
			if (f->more)
				advance(job, f);
			job->check = check;
		}
	}
	while (a->more && b->more) {
		int order = compare(job, &a->now, a->key, &b->now, b->key);

		if (order == 0) {
			put_group(job);
			continue;
		}
		put_single(job, order > 0);
		advance(job, order < 0 ? a : b);
		job->unpaired = true;
	}
	finish(job, 0);
	finish(job, 1);
}

/* Reads the number of a field. */
static size_t read_field(const char *s)
{
	uintmax_t n;
	enum num_error error = parse_uint(s, NULL, &n);

	if (error > NUM_OVERFLOW || n == 0)
		die("invalid field number: %s", quote(s));
	return n > SIZE_MAX ? SIZE_MAX : (size_t)n - 1;
}

/* Sets a file's field to join by from the options -1 or -2 and from -j, in the order they were given. */
static void set_key(size_t *key, const struct option_list *own, const struct option_list *both)
{
	size_t i = 0, j = 0;

	*key = SIZE_MAX;
	while (i < own->count || j < both->count) {
		bool is_own = i < own->count && (j == both->count || own->items[i].at < both->items[j].at);
		size_t n = read_field(is_own ? own->items[i++].value : both->items[j++].value);

		if (*key != SIZE_MAX && *key != n)
			die("incompatible join fields %zu, %zu", *key + 1, n + 1);
		*key = n;
	}
	if (*key == SIZE_MAX)
		*key = 0;
}

/* Reads one word of a format. */
static void read_column(struct job *job, char *s)
{
	struct column c = { 0 };

	if (*s == '0') {
		if (s[1])
			die("invalid field specifier: %s", quote(s));
	} else if (*s == '1' || *s == '2') {
		if (s[1] != '.')
			die("invalid field specifier: %s", quote(s));
		c = (struct column){ (unsigned)(*s - '0'), read_field(s + 2) };
	} else {
		die("invalid file number in field spec: %s", quote(s));
	}
	job->columns = arena_reserve(job->columns, job->columns_count, &job->columns_size, sizeof(c));
	job->columns[job->columns_count++] = c;
}

static void read_format(struct job *job, const char *arg)
{
	char *s = arena_strdup(arg), *next;

	if (strcmp(s, "auto") == 0) {
		job->automatic = true;
		return;
	}
	do {
		next = strpbrk(s, ", \t");
		if (next)
			*next++ = 0;
		read_column(job, s);
		s = next;
	} while (s);
}

static void read_files(struct job *job, const struct option_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *s = list->items[i].value;
		uintmax_t n;

		if (parse_uint(s, NULL, &n) != NUM_OK || n < 1 || n > 2)
			die("invalid field number: %s", quote(s));
		job->files[n - 1].print = true;
	}
}

static void read_separators(struct job *job, const struct option_list *list)
{
	job->separator = -1;
	for (size_t i = 0; i < list->count; i++) {
		const char *s = list->items[i].value;
		int c = *s ? (unsigned char)*s : '\n';

		if (*s && s[1]) {
			if (strcmp(s, "\\0") != 0)
				die("multi-character tab %s", quote(s));
			c = 0;
		}
		if (job->separator >= 0 && job->separator != c)
			die("incompatible tabs");
		job->separator = c;
	}
}

static void read_options(const struct join_options *opt, struct job *job)
{
	struct file *f = job->files;

	read_files(job, &opt->a);
	read_files(job, &opt->v);
	job->pairs = opt->v.count == 0;
	set_key(&f[0].key, &opt->_1, &opt->j);
	set_key(&f[1].key, &opt->_2, &opt->j);
	for (size_t i = 0; i < opt->o.count; i++)
		read_format(job, opt->o.items[i].value);
	read_separators(job, &opt->t);
	for (size_t i = 0; i < opt->e.count; i++) {
		if (job->empty && strcmp(job->empty, opt->e.items[i].value) != 0)
			die("conflicting empty-field replacement strings");
		job->empty = opt->e.items[i].value;
	}
	job->ignore_case = opt->ignore_case;
	job->line_end = opt->zero_terminated ? 0 : '\n';
	job->check = opt->check_order > opt->nocheck_order ? CHECK_ALWAYS
		     : opt->nocheck_order                  ? CHECK_NEVER
							   : CHECK_DEFAULT;
}

/* Whether the word is an option, and then whether its argument is the next word. */
static bool is_option(const char *word, bool *takes_next)
{
	const char *p = word + 1;

	*takes_next = false;
	if (*word != '-' || !*p)
		return false;
	if (*p != '-') {
		while (*p == 'i' || *p == 'z')
			p++;
		*takes_next = *p && strchr("aejotv12", *p) && !p[1];
	}
	return true;
}

/* Understands the old forms `-o FIELD FIELD...' and `-j1 FIELD', in which words that look like files belong to the option
 * before them when there are more than two. Returns the options and then the operands. */
static char **join_old_forms(char **argv)
{
	size_t count = 0, operands = 0, n = 0, m = 0, surplus;
	bool next, skip;
	char **out, **files;

	while (argv[count])
		count++;
	for (size_t i = 0; i < count && strcmp(argv[i], "--") != 0; i++)
		if (!is_option(argv[i], &next))
			operands++;
		else if (next)
			i++;
	surplus = operands > 2 ? operands - 2 : 0;
	out = arena_array(char *, 3 * count + 2);
	files = arena_array(char *, count + 1);
	for (size_t i = 0; i < count; i++) {
		const char *word = argv[i];
		bool one = strcmp(word, "-j1") == 0 || strcmp(word, "-j2") == 0;

		if (strcmp(word, "--") == 0) {
			memcpy(files + m, argv + i + 1, (count - i - 1) * sizeof(*files));
			m += count - i - 1;
			break;
		}
		if (!is_option(word, &next)) {
			files[m++] = argv[i];
			continue;
		}
		if (one && surplus > 0 && argv[i + 1] && !is_option(argv[i + 1], &skip)) {
			out[n++] = arena_printf("-%c", word[2]);
			out[n++] = argv[++i];
			surplus--;
			continue;
		}
		out[n++] = argv[i];
		if (next && argv[i + 1])
			out[n++] = argv[++i];
		for (; word[1] == 'o' && surplus > 0 && argv[i + 1] && !is_option(argv[i + 1], &skip);
		     surplus--) {
			out[n++] = arena_strdup("-o");
			out[n++] = argv[++i];
		}
	}
	if (n > 0 && is_option(out[n - 1], &next) && next &&
	    (n < 2 || !is_option(out[n - 2], &skip) || !skip))
		return out;
	out[n++] = arena_strdup("--");
	memcpy(out + n, files, m * sizeof(*files));
	return out;
}

int join_main(struct join_options *opt, char **argv)
{
	struct job job = { .separator = -1 };

	argv = parse_options(this_applet(), opt, join_old_forms(argv));
	read_options(opt, &job);
	if (!argv[0])
		die_missing_operand(NULL);
	if (!argv[1])
		die_missing_operand(argv[0]);
	if (argv[2])
		die_usage("extra operand %s", quote_file(argv[2]));
	for (size_t i = 0; i < 2; i++) {
		int fd = open_input(argv[i]);

		if (fd < 0)
			die_errno("%s", quote_maybe(argv[i]));
		job.files[i].name = argv[i];
		lines_open(&job.files[i].in, fd, job.line_end);
	}
	if (strcmp(argv[0], "-") == 0 && strcmp(argv[1], "-") == 0) {
		errno = ENOENT;
		die_errno("both files cannot be standard input");
	}
	join_files(&job, opt->header);
	if (job.files[0].unsorted || job.files[1].unsorted)
		die("input is not in sorted order");
	return 0;
}
