/* diff - compare files line by line
 *
 * usage: diff [OPTION]... FILES
 *
 *       --normal                  the default format
 *   -q, --brief                   report only when files differ
 *   -s, --report-identical-files  report when two files are the same
 *   -c                            3 lines of copied context
 *   -C NUM...                     NUM lines of copied context
 *       --context[=NUM]...        the same, 3 lines if not given
 *   -u                            3 lines of unified context
 *   -U NUM...                     NUM lines of unified context
 *       --unified[=NUM]...        the same, 3 lines if not given
 *   -e, --ed                      an ed script
 *   -f, --forward-ed              something like an ed script, in forward order
 *   -n, --rcs                     RCS format
 *   -y, --side-by-side            two columns
 *   -W, --width=NUM...            at most NUM (130) columns
 *       --left-column             only the left column of common lines
 *       --suppress-common-lines   no common lines
 *   -p, --show-c-function         show which C function each change is in
 *   -F, --show-function-line=RE...  show the last line matching RE
 *       --label=LABEL...          LABEL instead of file name and time (twice)
 *   -t, --expand-tabs             expand tabs to blanks
 *   -T, --initial-tab             make tabs line up by a tab before each line
 *       --tabsize=NUM...          tab stops every NUM (8) columns
 *       --suppress-blank-empty    no blank or tab before empty lines
 *   -l, --paginate                pass output through `pr'
 *   -r, --recursive               compare subdirectories
 *       --no-dereference          do not follow symbolic links
 *   -N, --new-file                absent files are empty ones
 *       --unidirectional-new-file  absent first files are
 *       --ignore-file-name-case   ignore case of file names
 *       --no-ignore-file-name-case  do not
 *   -x, --exclude=PAT...          leave out files that match PAT
 *   -X, --exclude-from=FILE...    leave out files that match a pattern in FILE
 *   -S, --starting-file=FILE...   begin with FILE in directories
 *       --from-file=FILE1...      compare FILE1 to all operands
 *       --to-file=FILE2...        compare all operands to FILE2
 *   -i, --ignore-case             ignore case
 *   -E, --ignore-tab-expansion    ignore changes by tab expansion
 *   -Z, --ignore-trailing-space   ignore white space at line ends
 *   -b, --ignore-space-change     ignore changes in the amount of white space
 *   -w, --ignore-all-space        ignore all white space
 *   -B, --ignore-blank-lines      ignore changes where lines are all blank
 *   -I, --ignore-matching-lines=RE...  ignore changes where all lines match RE
 *   -a, --text                    all files are text
 *       --strip-trailing-cr       without carriage returns at line ends
 *   -D, --ifdef=NAME...           merged file with `#ifdef NAME' differences
 *       --line-format=LFMT...     format of all lines
 *       --old-line-format=LFMT...  of lines of FILE1 only
 *       --new-line-format=LFMT...  of FILE2 only
 *       --unchanged-line-format=LFMT...  of both
 *       --old-group-format=GFMT...  of groups of lines of FILE1 only
 *       --new-group-format=GFMT...  of FILE2 only
 *       --unchanged-group-format=GFMT...  of both
 *       --changed-group-format=GFMT...  of groups that differ
 *   -d, --minimal                 find the smallest set of changes
 *       --horizon-lines=NUM...    compare also NUM lines of common prefix and suffix
 *       --speed-large-files       large files with many small changes
 *       --color[=WHEN]...         colors: never, always, or auto
 *       --palette=PALETTE...      what colors: rs=0:hd=1:ad=32:de=31:ln=36
 *
 * GFMT: %< %> %= lines of FILE1, FILE2, common; %[-][WIDTH][.[PREC]]{doxX}LETTER numbers of FILE1, or FILE2
 * for capitals: f first line, l last, n count, e f-1, m l+1; %(A=B?T:E). LFMT: %L line, %l without
 * newline, %...n its number. Both: %% %c'C' %c'\OOO'.
 *
 * FILES are FILE1 FILE2, DIR1 DIR2, DIR FILE or FILE DIR; - is standard input.
 * Exit status: 0 if the files are the same, 1 if they differ, 2 for trouble.
 *
 * install: /usr/bin
 * options: diffutils manual
 * status: 2
 * hidden: -NUM
 * hidden: -v
 * hidden: -L LABEL...
 * hidden: -h
 * hidden: -H
 * hidden: -P
 * hidden: --inhibit-hunk-merge
 * hidden: --sdiff-merge-assist
 * follows: POSIX.1-2024 diff; GNU diffutils manual; the behaviour of diff 3.8
 */
#include "diff.h"
#include "outfail.h"

/* Reads the argument of an option that takes a number. */
static size_t number(const char *s, const char *what, size_t least)
{
	uintmax_t n;
	enum num_error error = parse_uint(s, NULL, &n);

	if ((error != NUM_OK && error != NUM_OVERFLOW) || n < least)
		die_usage("invalid %s '%s'", what, s);
	return n < (SIZE_MAX >> 2) ? (size_t)n : SIZE_MAX >> 2;
}

static size_t last_number(const struct option_list *l, const char *what, size_t least, size_t standard)
{
	size_t n = standard;

	for (size_t i = 0; i < l->count; i++) {
		size_t given = number(l->items[i].value, what, least);

		if (i > 0 && given != n)
			die("conflicting %s options", what);
		n = given;
	}
	return n;
}

static void set_style(struct diff *d, unsigned given, enum style style)
{
	if (!given)
		return;
	if (d->style != STYLE_NONE && d->style != style)
		die_usage("conflicting output style options");
	d->style = style;
}

/* The most lines that any of the options asks for. */
static void set_context(struct diff *d, const struct option_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		size_t n = l->items[i].value ? number(l->items[i].value, "context length", 0) : 3;

		if (n > d->context)
			d->context = n;
	}
}

static void set_styles(struct diff *d)
{
	const struct diff_options *o = d->opt;
	bool merged = o->ifdef.count || o->line_format.count || o->old_line_format.count ||
		      o->new_line_format.count || o->unchanged_line_format.count ||
		      o->old_group_format.count || o->new_group_format.count ||
		      o->unchanged_group_format.count || o->changed_group_format.count;

	set_style(d, o->normal, STYLE_NORMAL);
	set_style(d, o->c || o->C.count || o->context.count, STYLE_CONTEXT);
	set_style(d, o->u || o->U.count || o->unified.count, STYLE_UNIFIED);
	set_style(d, o->ed, STYLE_ED);
	set_style(d, o->forward_ed, STYLE_FORWARD_ED);
	set_style(d, o->rcs, STYLE_RCS);
	set_style(d, o->side_by_side, STYLE_SIDE);
	set_style(d, o->sdiff_merge_assist, STYLE_SIDE);
	set_style(d, merged, STYLE_MERGED);
	if (d->style == STYLE_NONE && o->show_c_function)
		d->style = STYLE_CONTEXT;
	if (d->style == STYLE_NONE)
		d->style = STYLE_NORMAL;
	if (o->NUM)
		d->context = number(o->NUM, "context length", 0);
	else if (o->c || o->u || (d->style == STYLE_CONTEXT && !o->C.count && !o->context.count))
		d->context = 3;
	set_context(d, &o->C);
	set_context(d, &o->U);
	set_context(d, &o->context);
	set_context(d, &o->unified);
	if (d->style != STYLE_CONTEXT && d->style != STYLE_UNIFIED)
		d->context = 0;
}

/* Compiles the expressions of a list, any of which may match, or returns NULL if there are none. */
static struct regex *expressions(const struct option_list *l, const char *more)
{
	struct buf all = { 0 };
	struct regex *re;
	const char *error;

	for (size_t i = 0; i < l->count; i++) {
		const char *s = l->items[i].value;

		re = regex_compile(s, strlen(s), REGEX_BASIC, 0, &error);
		if (!re && strncmp(error, "Unmatched [", 11) == 0)
			error = "Invalid regular expression";
		if (!re)
			die("%s: %s", s, error);
		regex_free(re);
		buf_fmt(&all, "%s%s", all.len ? "\n" : "", s);
	}
	if (more)
		buf_fmt(&all, "%s%s", all.len ? "\n" : "", more);
	if (!all.data)
		return NULL;
	re = regex_compile(all.data, all.len, REGEX_BASIC, REGEX_LINES | REGEX_NO_SUB, &error);
	if (!re)
		die("%s", error);
	return re;
}

static void add_pattern(struct diff *d, size_t *count, size_t *size, char *pattern)
{
	d->excluded = arena_reserve(d->excluded, *count + 1, size, sizeof(char *));
	d->excluded[(*count)++] = pattern;
	d->excluded[*count] = NULL;
}

/* Gathers the patterns of -x and those in the files of -X, one a line. */
static void read_excludes(struct diff *d)
{
	size_t count = 0, size = 0;

	for (size_t i = 0; i < d->opt->exclude.count; i++)
		add_pattern(d, &count, &size, arena_strdup(d->opt->exclude.items[i].value));
	for (size_t i = 0; i < d->opt->exclude_from.count; i++) {
		const char *name = d->opt->exclude_from.items[i].value;
		int fd = open_input(name);
		struct reader r = { 0 };
		size_t len;
		char *line;

		if (fd < 0)
			die_errno("%s", name);
		reader_open(&r, fd);
		while ((line = reader_line(&r, &len, '\n'))) {
			len -= len > 0 && line[len - 1] == '\n';
			while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
				len--;
			if (len > 0)
				add_pattern(d, &count, &size, arena_memdup(line, len));
		}
		if (r.error) {
			errno = r.error;
			die_errno("%s", name);
		}
		close_file(fd);
	}
}

/* Reads --palette. Returns false if it is malformed: then there are no colors. */
static bool read_palette(struct diff *d, const char *p)
{
	static const char names[] = "rshdaddeln";

	while (*p) {
		const char *end = p + strcspn(p, ":");
		int use = 0;

		if (*p == ':') {
			p++;
			continue;
		}
		while (use < COLOR_USES && memcmp(names + (size_t)2 * (size_t)use, p, 2) != 0)
			use++;
		if (use == COLOR_USES || p[2] != '=')
			return false;
		d->colors[use] = arena_memdup(p + 3, (size_t)(end - p - 3));
		p = end;
	}
	return true;
}

static void set_colors(struct diff *d)
{
	static const char *const whens[] = { "never", "always", "auto", NULL };
	static const char *const standard[] = { "0", "1", "32", "31", "36" };
	int when = 0;

	for (size_t i = 0; i < d->opt->color.count; i++) {
		const char *s = d->opt->color.items[i].value;

		for (when = 2; s && when >= 0; when--)
			if (strcmp(s, whens[when]) == 0)
				break;
		if (when < 0)
			die_usage("invalid color '%s'", s);
	}
	memcpy(d->colors, standard, sizeof(standard));
	if (when == 2) {
		const char *term = getenv("TERM");

		when = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
	}
	d->color = when == 1;
	for (size_t i = 0; d->color && i < d->opt->palette.count; i++)
		if (i + 1 == d->opt->palette.count && !read_palette(d, d->opt->palette.items[i].value)) {
			warn("unparsable value for --palette");
			d->color = false;
		}
}

/* Sets the labels in their order on the command line. */
static void set_labels(struct diff *d)
{
	const struct option_list *lists[] = { &d->opt->label, &d->opt->L };
	size_t next[2] = { 0, 0 }, count = 0;

	for (;;) {
		int l = next[0] < lists[0]->count ? 0 : 1;

		if (l == 0 && next[1] < lists[1]->count &&
		    lists[1]->items[next[1]].at < lists[0]->items[next[0]].at)
			l = 1;
		if (next[l] == lists[l]->count)
			return;
		if (count == 2)
			die("too many file label options");
		d->labels[count++] = lists[l]->items[next[l]++].value;
	}
}

/* The options of the command line, quoted for a shell, each with a blank before it. */
static const char *options_text(char **argv, char **operands)
{
	struct buf b = { 0 };

	buf_str(&b, "");
	for (; *argv; argv++) {
		char **o = operands;

		while (*o && *o != *argv)
			o++;
		if (!*o)
			buf_fmt(&b, " %s", quote_style(*argv, strlen(*argv), QUOTE_SHELL, NULL, NULL));
	}
	return b.data;
}

static const char *last_value(const struct option_list *l, const char *what)
{
	const char *value = l->count ? l->items[0].value : NULL;

	for (size_t i = 1; i < l->count; i++)
		if (strcmp(l->items[i].value, value) != 0)
			die_usage("conflicting %s option value '%s'", what, l->items[i].value);
	return value;
}

/* `last` is the last word of the command line. */
static int compare_operands(struct diff *d, char **operands, const char *last)
{
	const char *from = last_value(&d->opt->from_file, "--from-file"),
		   *to = last_value(&d->opt->to_file, "--to-file");
	int status = STATUS_SAME;

	if (from && to)
		die("--from-file and --to-file both specified");
	if (from || to) {
		for (; *operands; operands++) {
			int s = from ? diff_names(d, from, *operands) : diff_names(d, *operands, to);

			status = s > status ? s : status;
		}
		return status;
	}
	if (!operands[0] || !operands[1])
		die_usage("missing operand after '%s'", operands[0] ? operands[0] : last);
	if (operands[2])
		die_usage("extra operand '%s'", operands[2]);
	return diff_names(d, operands[0], operands[1]);
}

static void set_comparison(struct diff *d)
{
	const struct diff_options *o = d->opt;

	d->flags = (o->ignore_case ? LINEDIFF_CASE : 0) | (o->ignore_tab_expansion ? LINEDIFF_TABS : 0) |
		   (o->ignore_trailing_space ? LINEDIFF_END : 0) |
		   (o->ignore_space_change ? LINEDIFF_AMOUNT : 0) |
		   (o->ignore_all_space ? LINEDIFF_SPACE : 0) | (o->minimal ? LINEDIFF_MINIMAL : 0) |
		   (o->speed_large_files || o->H ? LINEDIFF_HASTY : 0);
	d->tabsize = last_number(&o->tabsize, "tabsize", 1, 8);
	d->width = last_number(&o->width, "width", 1, 130);
	d->fold = o->ignore_file_name_case > o->no_ignore_file_name_case;
	for (size_t i = 0; i < o->horizon_lines.count; i++) {
		size_t n = number(o->horizon_lines.items[i].value, "horizon length", 0);

		d->horizon = n > d->horizon ? n : d->horizon;
	}
	d->ignored = expressions(&o->ignore_matching_lines, NULL);
	d->function = expressions(&o->show_function_line, o->show_c_function ? "^[[:alpha:]$_]" : NULL);
}

int diff_main(struct diff_options *opt, char **argv)
{
	struct diff *d = arena_new(struct diff);
	char **operands = parse_options(this_applet(), opt, argv);
	const char *last = applet_name();
	int status;

	for (char **word = argv; *word; word++)
		last = *word;
	d->opt = opt;
	d->saved_stdout = -1;
	d->later.fd = -1;
	d->blocks = arena_alloc((size_t)2 * BLOCK);
	if (opt->v)
		print_version(), leave(0);
	set_comparison(d);
	set_styles(d);
	diff_read_formats(d);
	set_labels(d);
	set_colors(d);
	read_excludes(d);
	last_value(&opt->starting_file, "-S");
	d->posix_times = d->style == STYLE_CONTEXT && !locale_is_utf8();
	d->options_text = options_text(argv, operands);
	status = compare_operands(d, operands, last);
	regex_free(d->ignored);
	regex_free(d->function);
	out_mem(d->later.buf, d->later.len);
	out_finish();
	return status;
}
