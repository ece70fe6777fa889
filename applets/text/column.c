/* column - lay lines out in columns, or make a table of their words
 *
 * usage: column [OPTION]... [FILE]...
 *
 *   -t, --table                      make a table
 *   -n, --table-name=NAME            the name of the table, for --json
 *   -O, --table-order=COLUMNS        the order of the columns
 *   -N, --table-columns=NAMES        names of the columns
 *   -l, --table-columns-limit=NUM    at most NUM columns; the last has what is left of the line
 *   -E, --table-noextreme=COLUMNS    unusually long text in COLUMNS does not make them wide
 *   -d, --table-noheadings           no line with the names
 *   -e, --table-header-repeat        repeat that line on each page of the terminal
 *   -H, --table-hide=COLUMNS         leave COLUMNS out
 *   -R, --table-right=COLUMNS        text in COLUMNS on their right
 *   -T, --table-truncate=COLUMNS     cut text in COLUMNS where the table is too wide
 *   -W, --table-wrap=COLUMNS         break it
 *   -L, --keep-empty-lines           keep empty lines
 *   -J, --json                       the table in JSON
 *   -r, --tree=COLUMN                show in COLUMN the tree that the lines form
 *   -i, --tree-id=COLUMN             what a line is called by others
 *   -p, --tree-parent=COLUMN         what line is its parent
 *   -c, --output-width=WIDTH, --columns=WIDTH  columns of the output
 *   -o, --output-separator=STRING    between the columns of a table, two blanks if not said
 *   -s, --separator=CHARS            each ends a word of the input; blanks if not said
 *   -x, --fillrows                   fill rows before columns
 *   -h                               show this help
 *   -V                               show the version
 *
 * COLUMNS are names or numbers with commas between them; 0 is all, and with -H - is all that have
 * no name. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * hidden: --table-empty-lines
 * follows: util-linux column(1)
 */
#include <sys/ioctl.h>
#include "libbb.h"
#include "json.h"
#include "strmap.h"
#include "column.gen.h"

struct cell {
	char *text; /* NULL: the line has none */
	size_t width;
};

/* A line of a table, or an entry. */
struct row {
	struct cell *cells;
	size_t count;
	struct row *parent, *first, *last,
		*next; /* of the tree: the children and the next of the same parent */
};

struct column {
	const char *name; /* NULL: none */
	bool hidden, right, truncate, wrap, noextreme, ordered;
	size_t width;
};

struct job {
	const struct column_options *opt;
	bool table, utf8;
	size_t width, lines; /* of the terminal */
	const char *separator;
	size_t limit;
	struct row **rows;
	size_t row_count, rows_size;
	struct column *columns;
	size_t column_count;
	struct column **shown; /* those not hidden, in order */
	size_t *shown_at;      /* the cell of each */
	size_t shown_count;
	size_t tree; /* the column that shows the tree, or SIZE_MAX */
};

/* Returns the text of a part of a line, with \xHH for each byte that is no character. */
static struct cell make_cell(const struct job *job, const char *p, size_t len)
{
	struct buf b = { 0 };
	size_t width = 0;

	buf_str(&b, "");
	while (len > 0) {
		uint32_t cp = (unsigned char)*p;
		int n = job->utf8 ? utf8_decode(p, len, &cp) : cp < 0x80 ? 1 : -1;

		if (n <= 0) {
			buf_fmt(&b, "\\x%02x", (unsigned char)*p);
			n = 1;
			width += 4;
		} else {
			int columns = char_width(cp);

			buf_mem(&b, p, (size_t)n);
			width += columns > 0 ? (size_t)columns : 0;
		}
		p += n;
		len -= (size_t)n;
	}
	return (struct cell){ b.data, width };
}

static bool is_blank(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != ' ' && (p[i] < '\t' || p[i] > '\r'))
			return false;
	return true;
}

/* Finds the next word of a line. Returns false if there is none. */
static bool next_word(const struct job *job, const char **p, const char *end, const char **word, size_t *len)
{
	bool greedy = !job->opt->separator;
	const char *at = *p;

	if (at > end)
		return false;
	while (greedy && at < end && strchr(job->separator, *at))
		at++;
	if (greedy && at == end)
		return false;
	*word = at;
	while (at < end && !strchr(job->separator, *at))
		at++;
	*len = (size_t)(at - *word);
	*p = at + 1;
	return true;
}

static void add_cells(const struct job *job, struct row *row, const char *p, const char *end)
{
	const char *word;
	size_t len, size = 0;

	if (p == end)
		return;
	while (next_word(job, &p, end, &word, &len)) {
		row->cells = arena_reserve(row->cells, row->count, &size, sizeof(*row->cells));
		if (row->count + 1 == job->limit) {
			row->cells[row->count++] = make_cell(job, word, (size_t)(end - word));
			return;
		}
		row->cells[row->count++] = make_cell(job, word, len);
	}
}

static void read_lines(struct job *job, int fd)
{
	struct reader r = { 0 };
	size_t len, number = 0;
	char *line;

	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n'))) {
		struct row *row;

		number++;
		len -= line[len - 1] == '\n';
		len = strnlen(line, len);
		if (is_blank(line, len)) {
			if (!job->opt->keep_empty_lines && !job->opt->table_empty_lines)
				continue;
			len = job->table ? 0 : len;
		}
		row = arena_new(struct row);
		if (job->table) {
			add_cells(job, row, line, line + len);
		} else {
			row->cells = arena_new(struct cell);
			row->cells[row->count++] = make_cell(job, line, len);
		}
		if (job->opt->json && row->count > job->column_count)
			die("line %zu: for JSON the name of the column %zu is required", number,
			    job->column_count + 1);
		job->rows = arena_reserve(job->rows, job->row_count, &job->rows_size, sizeof(*job->rows));
		job->rows[job->row_count++] = row;
	}
	if (r.error)
		die_errno("read failed");
}

static int read_files(struct job *job, char **files)
{
	int status = 0;

	if (!*files)
		read_lines(job, STDIN_FILENO);
	for (; *files; files++) {
		int fd = open_input(*files);

		if (fd < 0) {
			warn_errno("%s", *files);
			status = 1;
			continue;
		}
		read_lines(job, fd);
		close_file(fd);
	}
	return status;
}

static size_t widest(const struct job *job)
{
	size_t most = 0;

	for (size_t i = 0; i < job->row_count; i++)
		if (job->rows[i]->cells->width > most)
			most = job->rows[i]->cells->width;
	return most;
}

/* Writes the entries in columns that begin at tab stops. */
static void put_entries(const struct job *job)
{
	size_t each = (widest(job) / 8 + 1) * 8, across = job->width / each, rows;

	if (across < 1 || job->row_count == 0)
		across = 1;
	rows = (job->row_count + across - 1) / across;
	for (size_t r = 0; r < rows; r++) {
		for (size_t c = 0; c < across; c++) {
			size_t i = job->opt->fillrows ? r * across + c : c * rows + r;
			size_t next = job->opt->fillrows ? i + 1 : i + rows;
			const struct cell *cell;

			if (i >= job->row_count)
				break;
			cell = job->rows[i]->cells;
			out_str(cell->text);
			if (c + 1 < across && next < job->row_count)
				out_fill('\t', (each - cell->width + 7) / 8);
		}
		out_char('\n');
	}
}

/* Returns the column that a word names, NULL if the table has no such number; or dies. */
static struct column *find_column(const struct job *job, const char *word)
{
	uintmax_t n;

	if (parse_uint(word, NULL, &n) == NUM_OK)
		return n > 0 && n <= job->column_count ? &job->columns[n - 1] : NULL;
	for (size_t i = 0; i < job->column_count; i++)
		if (job->columns[i].name && strcmp(job->columns[i].name, word) == 0)
			return &job->columns[i];
	die("undefined column name '%s'", word);
}

/* Cuts off and returns the next word of a list, or NULL at its end. */
static char *next_name(char **list)
{
	char *word;

	while ((word = *list)) {
		char *comma = strchr(word, ',');

		*list = comma ? comma + 1 : NULL;
		if (comma)
			*comma = 0;
		if (*word)
			return word;
	}
	return NULL;
}

/* Sets the flag that is `offset` bytes into a column in all columns of a list. */
static void mark_columns(struct job *job, const char *list, size_t offset)
{
	char *rest = list ? arena_strdup(list) : NULL, *word;

	while ((word = next_name(&rest)))
		for (size_t i = 0; i < job->column_count; i++) {
			struct column *c = &job->columns[i];
			bool unnamed = strcmp(word, "-") == 0 && offset == offsetof(struct column, hidden);

			if (unnamed ? !c->name : strcmp(word, "0") == 0 || c == find_column(job, word))
				*(bool *)((char *)c + offset) = true;
		}
}

static void add_column(struct job *job, const char *name)
{
	job->columns = arena_grow(job->columns, job->column_count * sizeof(*job->columns),
				  (job->column_count + 1) * sizeof(*job->columns));
	job->columns[job->column_count++] = (struct column){ .name = name };
}

static void name_columns(struct job *job)
{
	char *rest = job->opt->table_columns ? arena_strdup(job->opt->table_columns) : NULL, *word;

	while ((word = next_name(&rest)))
		add_column(job, word);
}

static void show_column(struct job *job, struct column *c)
{
	c->ordered = true;
	if (c->hidden)
		return;
	job->shown[job->shown_count] = c;
	job->shown_at[job->shown_count++] = (size_t)(c - job->columns);
}

/* Adds the columns that have no names, and sets what the options say of all. */
static void set_columns(struct job *job)
{
	const struct column_options *opt = job->opt;
	char *rest = opt->table_order ? arena_strdup(opt->table_order) : NULL, *word;

	for (size_t i = 0; i < job->row_count; i++)
		while (job->rows[i]->count > job->column_count)
			add_column(job, NULL);
	mark_columns(job, opt->table_hide, offsetof(struct column, hidden));
	mark_columns(job, opt->table_right, offsetof(struct column, right));
	mark_columns(job, opt->table_truncate, offsetof(struct column, truncate));
	mark_columns(job, opt->table_wrap, offsetof(struct column, wrap));
	mark_columns(job, opt->table_noextreme, offsetof(struct column, noextreme));
	job->shown = arena_array(struct column *, job->column_count + 1);
	job->shown_at = arena_array(size_t, job->column_count + 1);
	while ((word = next_name(&rest))) {
		struct column *c = find_column(job, word);

		if (c && !c->ordered)
			show_column(job, c);
	}
	for (size_t i = 0; i < job->column_count; i++)
		if (!job->columns[i].ordered)
			show_column(job, &job->columns[i]);
}

static const struct cell *cell_of(const struct row *row, size_t column)
{
	static const struct cell none = { NULL, 0 };

	return column < row->count ? &row->cells[column] : &none;
}

static void add_child(struct row *parent, struct row *row)
{
	row->next = NULL;
	if (parent->last)
		parent->last->next = row;
	else
		parent->first = row;
	parent->last = row;
}

/* Makes those of the rows that name `parent` its children that are not above it already. */
static void adopt(struct row *parent)
{
	struct row *row = parent->first, *next;

	parent->first = parent->last = NULL;
	for (; row; row = next) {
		const struct row *above = parent;

		next = row->next;
		while (above && above != row)
			above = above->parent;
		if (above)
			continue;
		row->parent = parent;
		add_child(parent, row);
	}
}

/* Links each row to the one that it names as its parent; the others are the children of the row that is returned. */
static struct row *make_tree(struct job *job)
{
	const struct column *id = find_column(job, job->opt->tree_id);
	const struct column *up = find_column(job, job->opt->tree_parent);
	const struct column *tree = find_column(job, job->opt->tree);
	struct row *top = arena_new(struct row);
	struct strmap ids = { 0 };

	job->tree = tree ? (size_t)(tree - job->columns) : SIZE_MAX;
	for (size_t i = 0; i < job->row_count && id; i++) {
		const char *text = cell_of(job->rows[i], (size_t)(id - job->columns))->text;

		if (text && !strmap_get(&ids, text, strlen(text)))
			strmap_set(&ids, text, strlen(text), arena_printf("%zu", i));
	}
	for (size_t i = 0; i < job->row_count; i++) {
		const char *text = up ? cell_of(job->rows[i], (size_t)(up - job->columns))->text : NULL;
		const char *number = text ? strmap_get(&ids, text, strlen(text)) : NULL;

		if (number)
			add_child(job->rows[strtoul(number, NULL, 10)], job->rows[i]);
	}
	for (size_t i = 0; i < job->row_count; i++)
		adopt(job->rows[i]);
	for (size_t i = 0; i < job->row_count; i++)
		if (!job->rows[i]->parent) {
			job->rows[i]->parent = top;
			add_child(top, job->rows[i]);
		}
	return top;
}

/* Puts the rows in the order of the tree, with its lines before the text of its column. */
static void flatten(struct job *job, struct row *top, const char *indent, size_t *count)
{
	for (struct row *row = top->first; row; row = row->next) {
		bool last = !row->next, root = !top->parent;
		const char *branch = root ? "" : job->utf8 ? last ? "└─" : "├─" : last ? "`-" : "|-";
		const char *below = root ? "" : last ? "  " : job->utf8 ? "│ " : "| ";

		job->rows[(*count)++] = row;
		if (!job->opt->json && job->tree < row->count) {
			struct cell *cell = &row->cells[job->tree];

			cell->text = arena_printf("%s%s%s", indent, branch, cell->text);
			cell->width = str_width(cell->text, strlen(cell->text));
		}
		flatten(job, row, arena_printf("%s%s", indent, below), count);
	}
}

/* Sets the width of a column to that of its widest cell that is not wider than `most`. */
static void measure(const struct job *job, size_t column, size_t most)
{
	struct column *c = &job->columns[column];

	c->width = c->name ? str_width(c->name, strlen(c->name)) : 0;
	for (size_t i = 0; i < job->row_count; i++) {
		size_t width = cell_of(job->rows[i], column)->width;

		if (width > c->width && width <= most)
			c->width = width;
	}
}

static size_t average(const struct job *job, size_t column)
{
	size_t sum = 0;

	for (size_t i = 0; i < job->row_count; i++)
		sum += cell_of(job->rows[i], column)->width;
	return job->row_count ? sum / job->row_count : 0;
}

static size_t total_width(const struct job *job, size_t separator)
{
	size_t total = 0;

	for (size_t i = 0; i < job->shown_count; i++)
		total += job->shown[i]->width + (i > 0 ? separator : 0);
	return total;
}

/* Finds the widths of the columns, and fits them into the output where that is allowed. */
static void set_widths(struct job *job, size_t separator)
{
	bool changed = true, narrowed = false;
	struct column *wide = NULL;
	size_t total;

	for (size_t i = 0; i < job->shown_count; i++)
		measure(job, job->shown_at[i], SIZE_MAX);
	if (job->width == 0 || total_width(job, separator) <= job->width)
		return;
	for (size_t i = 0; i < job->shown_count; i++)
		if (job->shown[i]->noextreme && total_width(job, separator) > job->width) {
			size_t before = job->shown[i]->width;

			measure(job, job->shown_at[i], 2 * average(job, job->shown_at[i]));
			if (job->shown[i]->width < before)
				wide = job->shown[i];
		}
	while (changed && (total = total_width(job, separator)) > job->width) {
		changed = false;
		for (size_t i = 0; i < job->shown_count && total > job->width; i++) {
			struct column *c = job->shown[i];
			size_t least = c->name ? str_width(c->name, strlen(c->name)) : 0;

			if ((c->truncate || c->wrap) && c->width > (least > 1 ? least : 1)) {
				c->width--;
				total--;
				changed = narrowed = true;
			}
		}
	}
	total = total_width(job, separator);
	if (wide && !narrowed && total < job->width)
		wide->width += job->width - total;
}

/* Returns how many bytes of a text fit into `width` columns, and in *used the columns; at least one character if there is one. */
static size_t fitting(const struct job *job, const char *text, size_t width, size_t *used)
{
	size_t len = strlen(text), at = 0;

	*used = 0;
	while (at < len) {
		uint32_t cp = (unsigned char)text[at];
		int n = job->utf8 ? utf8_decode(text + at, len - at, &cp) : 1;
		int columns = char_width(cp);

		columns = columns > 0 ? columns : 0;
		if (*used + (size_t)columns > width && (at > 0 || width > 0))
			break;
		*used += (size_t)columns;
		at += n > 0 ? (size_t)n : 1;
	}
	return at;
}

/* Writes one line of a row: what is left of each cell's text, which is moved on where it goes on below. Returns whether something does. */
static bool put_line(const struct job *job, const char **texts, const char *separator)
{
	bool more = false;

	for (size_t i = 0; i < job->shown_count; i++) {
		const struct column *c = job->shown[i];
		const char *text = texts[i] ? texts[i] : "";
		size_t len = strlen(text), width = str_width(text, len);
		bool last = i + 1 == job->shown_count;

		texts[i] = NULL;
		if (width > c->width && (c->truncate || c->wrap)) {
			len = fitting(job, text, c->width, &width);
			if (c->wrap && text[len] && len > 0) {
				texts[i] = text + len;
				more = true;
			}
		}
		if (c->right && width < c->width && (len > 0 || !last))
			out_fill(' ', c->width - width);
		out_mem(text, len);
		if (!last && !c->right && width < c->width)
			out_fill(' ', c->width - width);
		if (!last && width > c->width) {
			size_t column = 0;

			/* text that is wider than its column: the rest of the row is below it */
			for (size_t k = 0; k <= i; k++)
				column += job->shown[k]->width +
					  (k > 0 ? str_width(separator, strlen(separator)) : 0);
			out_char('\n');
			out_fill(' ', column);
		}
		if (!last)
			out_str(separator);
	}
	out_char('\n');
	return more;
}

static void put_header(const struct job *job, const char *separator)
{
	const char **texts = arena_array(const char *, job->shown_count + 1);

	for (size_t i = 0; i < job->shown_count; i++)
		texts[i] = job->shown[i]->name;
	put_line(job, texts, separator);
}

static void put_table(struct job *job)
{
	const char *separator = job->opt->output_separator ? job->opt->output_separator : "  ";
	const char **texts;
	bool header = job->opt->table_columns && !job->opt->table_noheadings;

	set_widths(job, str_width(separator, strlen(separator)));
	texts = arena_array(const char *, job->shown_count + 1);
	for (size_t i = 0; i < job->row_count && !out_failed(); i++) {
		if (header && (i == 0 || (job->opt->table_header_repeat && job->lines > 1 &&
					  i % (job->lines - 1) == 0)))
			put_header(job, separator);
		for (size_t k = 0; k < job->shown_count; k++)
			texts[k] = cell_of(job->rows[i], job->shown_at[k])->text;
		while (put_line(job, texts, separator))
			;
	}
}

static void put_json_string(const char *s)
{
	out_char('"');
	out_json(s);
	out_char('"');
}

/* A name, in lower case. */
static void put_json_name(const char *name)
{
	char *lower = arena_strdup(name);

	for (char *p = lower; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p |= 32;
	put_json_string(lower);
}

static void put_json_rows(const struct job *job, struct row *first, size_t depth);

static void put_json_row(const struct job *job, struct row *row, size_t depth)
{
	for (size_t i = 0; i < job->shown_count; i++) {
		const char *text = cell_of(row, job->shown_at[i])->text;

		out_fill(' ', 3 * depth + 3);
		put_json_name(job->shown[i]->name);
		out_str(": ");
		if (text && *text)
			put_json_string(text);
		else
			out_str("null");
		out_str(i + 1 < job->shown_count || row->first ? ",\n" : "\n");
	}
	if (row->first) {
		out_fill(' ', 3 * depth + 3);
		out_str("\"children\": [\n");
		put_json_rows(job, row->first, depth + 2);
		out_fill(' ', 3 * depth + 3);
		out_str("]\n");
	}
}

static void put_json_rows(const struct job *job, struct row *first, size_t depth)
{
	out_fill(' ', 3 * depth);
	for (struct row *row = first; row; row = row->next) {
		out_str("{\n");
		put_json_row(job, row, depth);
		out_fill(' ', 3 * depth);
		out_str(row->next ? "}," : "}\n");
	}
}

static void put_json(const struct job *job, struct row *top)
{
	out_str("{\n   ");
	put_json_name(job->opt->table_name ? job->opt->table_name : "table");
	out_str(": [\n");
	if (top->first)
		put_json_rows(job, top->first, 2);
	out_str("   ]\n}\n");
}

static size_t read_number(const char *arg, const char *what, bool zero)
{
	uintmax_t n = 0;
	enum num_error error = parse_uint(arg, NULL, &n);

	errno = ERANGE;
	if (error == NUM_OVERFLOW || (*arg == '-' && arg[1] >= '0' && arg[1] <= '9'))
		die_errno("invalid %s argument: '%s'", what, arg);
	if (error != NUM_OK)
		die("invalid %s argument: '%s'", what, arg);
	if (n == 0 && !zero)
		die("%s must be greater than zero", what);
	return (size_t)n;
}

/* Sets the size of the output. */
static void set_size(struct job *job)
{
	struct winsize ws;
	const char *columns = getenv("COLUMNS");
	uintmax_t n;

	job->width = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0) {
		job->width = ws.ws_col;
		job->lines = ws.ws_row;
	} else if (columns && parse_uint(columns, NULL, &n) == NUM_OK && n > 0) {
		job->width = (size_t)n;
	}
	if (job->opt->output_width)
		job->width = strcmp(job->opt->output_width, "unlimited") == 0
				     ? 0
				     : read_number(job->opt->output_width, "columns", true);
}

static void check_options(struct job *job)
{
	const struct column_options *opt = job->opt;
	bool tree = opt->tree || opt->tree_id || opt->tree_parent;

	job->table = opt->table || opt->json || tree;
	if (tree && opt->tree && (!opt->tree_id || !opt->tree_parent))
		die("options --tree-id and --tree-parent are required for tree formatting");
	if (!job->table &&
	    (opt->table_name || opt->table_order || opt->table_columns || opt->table_columns_limit ||
	     opt->table_noextreme || opt->table_noheadings || opt->table_header_repeat || opt->table_hide ||
	     opt->table_right || opt->table_truncate || opt->table_wrap))
		die("option --table required for all --table-*");
	if (!opt->table_columns && opt->json)
		die("option --table-columns required for --json");
}

int column_main(struct column_options *opt, char **files)
{
	struct job job = { .opt = opt, .utf8 = locale_is_utf8(), .tree = SIZE_MAX };
	struct row *top;
	int status;

	if (print_asked(opt->h, opt->V))
		return 0;
	set_size(&job);
	if (opt->table_columns_limit)
		job.limit = read_number(opt->table_columns_limit, "columns limit", false);
	check_options(&job);
	job.separator = opt->separator ? opt->separator : " \t";
	name_columns(&job);
	status = read_files(&job, files);
	if (!job.table) {
		put_entries(&job);
		return status;
	}
	if (job.row_count == 0)
		return status;
	set_columns(&job);
	if (opt->tree) {
		size_t count = 0;

		top = make_tree(&job);
		flatten(&job, top, "", &count);
	} else {
		top = arena_new(struct row);
		for (size_t i = job.row_count; i-- > 0; top->first = job.rows[i])
			job.rows[i]->next = top->first;
	}
	if (opt->json)
		put_json(&job, top);
	else
		put_table(&job);
	/* a table of what could be read is a success */
	return 0;
}
