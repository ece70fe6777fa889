/* grep, egrep, fgrep - print lines that match patterns
 *
 * usage: grep [OPTION]... PATTERNS [FILE]...
 *
 * Pattern selection and interpretation:
 *   -E, --extended-regexp      PATTERNS are extended regular expressions (as egrep)
 *   -F, --fixed-strings        PATTERNS are strings (as fgrep)
 *   -G, --basic-regexp         PATTERNS are basic regular expressions
 *   -P, --perl-regexp          PATTERNS are Perl regular expressions
 *   -e, --regexp=PATTERNS...   use PATTERNS for matching
 *   -f, --file=FILE...         take PATTERNS from FILE
 *   -i, -y, --ignore-case      ignore case distinctions in patterns and data
 *       --no-ignore-case       do not ignore case distinctions (default)
 *   -w, --word-regexp          match only whole words
 *   -x, --line-regexp          match only whole lines
 *   -z, --null-data            a data line ends in 0 byte, not newline
 *
 * Miscellaneous:
 *   -s, --no-messages          suppress error messages about files
 *   -v, --invert-match         select non-matching lines
 *   -V                         as --version
 *
 * Output control:
 *   -m, --max-count=NUM        stop after NUM selected lines
 *   -b, --byte-offset          print the byte offset with output lines
 *   -n, --line-number          print line number with output lines
 *       --line-buffered        flush output on every line
 *   -H, --with-filename        print file name with output lines
 *   -h, --no-filename          suppress the file name prefix on output
 *       --label=LABEL          use LABEL as the standard input file name prefix
 *   -o, --only-matching        show only nonempty parts of lines that match
 *   -q, --quiet, --silent      suppress all normal output
 *       --binary-files=TYPE    assume that binary files are TYPE: binary, text or without-match
 *   -a, --text                 equivalent to --binary-files=text
 *   -I                         equivalent to --binary-files=without-match
 *   -d, --directories=ACTION   how to handle directories: read, recurse or skip
 *   -D, --devices=ACTION       how to handle devices, FIFOs and sockets: read or skip
 *   -r, --recursive            like --directories=recurse
 *   -R, --dereference-recursive  likewise, but follow all symlinks
 *       --include=GLOB...      search only files that match GLOB (a file pattern)
 *       --exclude=GLOB...      skip files that match GLOB
 *       --exclude-from=FILE...  skip files that match any file pattern from FILE
 *       --exclude-dir=GLOB...  skip directories that match GLOB
 *   -L, --files-without-match  print only names of FILEs with no selected lines
 *   -l, --files-with-matches   print only names of FILEs with selected lines
 *   -c, --count                print only a count of selected lines per FILE
 *   -T, --initial-tab          make tabs line up (if needed)
 *   -Z, --null                 print 0 byte after FILE name
 *
 * Context control:
 *   -B, --before-context=NUM   print NUM lines of leading context
 *   -A, --after-context=NUM    print NUM lines of trailing context
 *   -C, --context=NUM          print NUM lines of output context
 *   -NUM                       same as --context=NUM
 *       --group-separator=SEP  print SEP on line between matches with context
 *       --no-group-separator   do not print separator for matches with context
 *       --color[=WHEN], --colour[=WHEN]  mark the matching strings: always, never or auto
 *   -U, --binary               do not strip CR characters at EOL (which is never done)
 *
 * When FILE is '-', read standard input. With no FILE, read '.' if recursive, '-' otherwise.
 * With fewer than two FILEs, assume -h. Exit status is 0 if any line is selected, 1 otherwise;
 * if any error occurs and -q is not given, the exit status is 2.
 *
 * install: /bin
 * options: manual
 * status: 2
 * hidden: -u, --unix-byte-offsets
 * hidden: -X MATCHER
 * follows: POSIX.1-2024 grep; GNU grep manual; the behaviour of grep 3.8
 */
#include "grep.h"
#include "run.h"

/* A run of lines of the patterns that came from one place. */
struct origin {
	size_t start;
	const char *file; /* NULL: the command line */
};

struct patterns {
	struct buf text; /* each ended by a newline */
	struct origin *origins;
	size_t count, size;
};

static _Noreturn void usage(void)
{
	static const char line[] = "Usage: grep [OPTION]... PATTERNS [FILE]...\n";

	out_flush();
	write_all(STDERR_FILENO, line, sizeof line - 1);
	die_usage(NULL);
}

void grep_file_trouble(struct grep *g, int code, const char *name)
{
	g->trouble = true;
	if (g->silent && code)
		return;
	if (code)
		warn_code(code, "%s", name);
	else
		warn("%s: input file is also the output", name);
}

static void add_patterns(struct patterns *p, const char *file, const char *text, size_t len)
{
	p->origins = arena_reserve(p->origins, p->count, &p->size, sizeof *p->origins);
	p->origins[p->count++] = (struct origin){ p->text.len, file };
	buf_mem(&p->text, text, len);
	buf_char(&p->text, '\n');
}

static void add_pattern_file(struct patterns *p, const char *file)
{
	bool is_stdin = strcmp(file, "-") == 0;
	int fd = open_input(file);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len);

	if (!text)
		die_errno("%s", file);
	close_file(fd);
	if (len > 0)
		add_patterns(p, is_stdin ? "(standard input)" : file, text, len - (text[len - 1] == '\n'));
}

/* Gathers the arguments of -e and -f in the order they came in. */
static void gather_patterns(struct patterns *p, const struct grep_options *opt)
{
	size_t e = 0, f = 0;

	while (e < opt->regexp.count || f < opt->file.count) {
		bool from_file = e == opt->regexp.count ||
				 (f < opt->file.count && opt->file.items[f].at < opt->regexp.items[e].at);

		if (from_file)
			add_pattern_file(p, opt->file.items[f++].value);
		else {
			const char *text = opt->regexp.items[e++].value;

			add_patterns(p, NULL, text, strlen(text));
		}
	}
}

/* Dies of the first pattern that is malformed, saying where it is if it came from a file. */
static _Noreturn void die_of_pattern(const struct patterns *p, enum regex_syntax syntax, unsigned flags,
				     const char *error)
{
	const char *text = p->text.data, *end = text + p->text.len;

	for (size_t i = 0; i < p->count; i++) {
		const char *line = text + p->origins[i].start;
		const char *stop = i + 1 < p->count ? text + p->origins[i + 1].start : end;

		for (size_t number = 1; line < stop; number++) {
			const char *newline = memchr(line, '\n', (size_t)(stop - line)), *message;
			struct regex *re = regex_compile(line, (size_t)(newline - line), syntax,
							 flags & ~(unsigned)REGEX_LINES, &message);

			if (!re && p->origins[i].file)
				die("%s:%zu: %s", p->origins[i].file, number, message);
			if (!re)
				die("%s", message);
			regex_free(re);
			line = newline + 1;
		}
	}
	die("%s", error);
}

static void compile_patterns(struct grep *g, const struct patterns *p, const struct grep_options *opt)
{
	unsigned flags = REGEX_GREP | REGEX_NO_SUB;
	enum regex_syntax syntax = opt->perl_regexp       ? REGEX_PERL
				   : opt->fixed_strings   ? REGEX_FIXED
				   : opt->extended_regexp ? REGEX_EXTENDED
							  : REGEX_BASIC;
	const char *text = p->text.data, *error, *warnings;
	size_t len = p->text.len;

	flags |= g->utf8 ? 0 : REGEX_BYTES;
	flags |= opt->ignore_case > opt->no_ignore_case ? REGEX_ICASE : 0;
	flags |= opt->line_regexp ? REGEX_LINE : opt->word_regexp ? REGEX_WORD : 0;
	if (len == 0) {
		/* no pattern at all: one that nothing matches */
		text = "x^";
		len = 3;
		syntax = REGEX_EXTENDED;
	} else if (syntax == REGEX_PERL && memchr(text, '\n', len - 1)) {
		die("the -P option only supports a single pattern");
	} else if (syntax != REGEX_PERL) {
		flags |= REGEX_LINES;
	}
	g->re = regex_compile(text, len - 1, syntax, flags, &error);
	if (!g->re)
		die_of_pattern(p, syntax, flags, error);
	for (warnings = regex_warnings(g->re); warnings && *warnings; warnings += strcspn(warnings, "\n") + 1)
		warn("warning: %.*s", (int)strcspn(warnings, "\n"), warnings);
}

static size_t context_length(const char *s)
{
	uintmax_t n;
	enum num_error error = parse_uint(s, NULL, &n);

	if (error != NUM_OK && error != NUM_OVERFLOW)
		die("%s: invalid context length argument", s);
	return n > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)n;
}

static void set_context(struct grep *g, const struct grep_options *opt)
{
	const char *both = opt->NUM_at > opt->context_at ? opt->NUM : opt->context;

	if (opt->context)
		context_length(opt->context);
	g->before = opt->before_context ? context_length(opt->before_context)
		    : both              ? context_length(both)
					: 0;
	g->after = opt->after_context ? context_length(opt->after_context) : both ? context_length(both) : 0;
	g->separator = "--";
	if (opt->group_separator || opt->no_group_separator)
		g->separator = opt->group_separator_at > opt->no_group_separator ? opt->group_separator
										 : NULL;
}

/* What -a, -I, -U and --binary-files say, the last of them. */
static void set_binary(struct grep *g, const struct grep_options *opt)
{
	unsigned last = opt->binary_files_at;

	if (opt->binary_files) {
		if (strcmp(opt->binary_files, "text") == 0)
			g->binary = TEXT;
		else if (strcmp(opt->binary_files, "without-match") == 0)
			g->binary = WITHOUT_MATCH;
		else if (strcmp(opt->binary_files, "binary") != 0)
			die("unknown binary-files type");
	}
	if (opt->text > last)
		g->binary = TEXT;
	if (opt->I > last && opt->I > opt->text)
		g->binary = WITHOUT_MATCH;
}

static void set_directories(struct grep *g, const struct grep_options *opt)
{
	static const char *const actions[] = { "read", "recurse", "skip", NULL };
	unsigned recurse = opt->recursive > opt->dereference_recursive ? opt->recursive
								       : opt->dereference_recursive;

	if (opt->directories)
		g->directories = (enum directories)choose(actions, NULL, opt->directories, "--directories");
	if (recurse > opt->directories_at)
		g->directories = RECURSE;
	g->follow = opt->dereference_recursive > opt->recursive;
	g->devices = READ_NAMED_DEVICES;
	if (opt->devices) {
		if (strcmp(opt->devices, "read") == 0)
			g->devices = READ_DEVICES;
		else if (strcmp(opt->devices, "skip") == 0)
			g->devices = SKIP_DEVICES;
		else
			die("unknown devices method");
	}
}

static void add_glob(struct file_glob **globs, size_t *count, const char *pattern, bool include)
{
	*globs = arena_grow(*globs, *count * sizeof **globs, (*count + 1) * sizeof **globs);
	(*globs)[(*count)++] = (struct file_glob){ pattern, include };
}

static void add_glob_file(struct grep *g, const char *file)
{
	int fd = open_input(file);
	struct reader r = { .fd = -1 };
	size_t len;
	char *line;

	if (fd < 0)
		die_errno("%s", file);
	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n'))) {
		len -= len > 0 && line[len - 1] == '\n';
		if (len > 0)
			add_glob(&g->globs, &g->globs_count, arena_memdup(line, len), false);
	}
	close_file(fd);
}

static void set_globs(struct grep *g, const struct grep_options *opt)
{
	size_t in = 0, ex = 0;

	for (size_t i = 0; i < opt->exclude_from.count; i++)
		add_glob_file(g, opt->exclude_from.items[i].value);
	while (in < opt->include.count || ex < opt->exclude.count) {
		bool include = ex == opt->exclude.count ||
			       (in < opt->include.count &&
				opt->include.items[in].at < opt->exclude.items[ex].at);
		const char *pattern = include ? opt->include.items[in++].value
					      : opt->exclude.items[ex++].value;

		add_glob(&g->globs, &g->globs_count, pattern, include);
	}
	for (size_t i = 0; i < opt->exclude_dir.count; i++) {
		char *pattern = arena_strdup(opt->exclude_dir.items[i].value);
		size_t len = strlen(pattern);

		while (len > 1 && pattern[len - 1] == '/')
			pattern[--len] = 0;
		add_glob(&g->dir_globs, &g->dir_globs_count, pattern, false);
	}
}

static void set_output(struct grep *g, const struct grep_options *opt)
{
	struct stat null;
	bool no_list = !opt->files_with_matches && !opt->files_without_match;

	g->count = opt->count;
	g->only_matching = opt->only_matching;
	g->line_numbers = opt->line_number;
	g->offsets = opt->byte_offset;
	g->initial_tab = opt->initial_tab;
	g->null = opt->null;
	g->label = opt->label;
	g->quiet = opt->quiet;
	g->silent = opt->no_messages;
	g->list = no_list                                              ? LIST_NONE
		  : opt->files_with_matches > opt->files_without_match ? LIST_MATCHING
								       : LIST_OTHERS;
	if (opt->line_buffered)
		std_out.lines = true;
	if (fstat(STDOUT_FILENO, &g->out_stat) == 0) {
		g->out_regular = S_ISREG(g->out_stat.st_mode);
		g->out_null = S_ISCHR(g->out_stat.st_mode) && stat("/dev/null", &null) == 0 &&
			      null.st_rdev == g->out_stat.st_rdev;
	}
	if (opt->color_at)
		colors_setup(g, opt->color ? opt->color : "auto");
	if (g->count || g->quiet || g->list)
		g->before = g->after = 0;
}

static void check_color(const struct grep_options *opt)
{
	static const char words[] = "always\0yes\0force\0never\0no\0none\0auto\0tty\0if-tty\0";

	if (!opt->color)
		return;
	for (const char *w = words; *w; w += strlen(w) + 1)
		if (strcmp(w, opt->color) == 0)
			return;
	print_help(this_applet());
	leave(0);
}

/* Dies if more than one kind of patterns is asked for. */
static void check_matchers(struct grep_options *opt)
{
	unsigned *kinds[] = { &opt->basic_regexp, &opt->extended_regexp, &opt->fixed_strings,
			      &opt->perl_regexp };
	static const char *const names[] = { "grep", "egrep", "fgrep", "perl" };
	unsigned given = 0;

	if (opt->X) {
		unsigned *kind = NULL;

		for (size_t i = 0; i < 4; i++)
			if (strcmp(opt->X, names[i]) == 0)
				kind = kinds[i];
		if (!kind)
			die("invalid matcher %s", opt->X);
		*kind = 1;
	}
	for (size_t i = 0; i < 4; i++)
		given += *kinds[i] != 0;
	if (given > 1)
		die("conflicting matchers specified");
}

static uintmax_t max_count(const char *s)
{
	intmax_t n;
	enum num_error error = parse_int(s, NULL, &n);

	if (error != NUM_OK && error != NUM_OVERFLOW)
		die("invalid max count");
	return n < 0 || error == NUM_OVERFLOW ? UINTMAX_MAX : (uintmax_t)n;
}

/* egrep and fgrep: grep with an option more. */
static int run_as_grep(const char *option, char **argv)
{
	size_t count = 0;
	char **words;

	while (argv[count])
		count++;
	words = arena_array(char *, count + 3);
	words[0] = arena_strdup("grep");
	words[1] = arena_strdup(option);
	memcpy(words + 2, argv, count * sizeof *argv);
	return run_applet(find_applet("grep"), words);
}

int grep_main(struct grep_options *opt, char **argv)
{
	struct grep *g = arena_new(struct grep);
	struct patterns patterns = { .count = 0 };
	size_t files = 0;
	char **words;

	words = parse_options(this_applet(), opt, argv);
	if (strcmp(applet_name(), "grep") != 0 && find_applet("grep"))
		return run_as_grep(*applet_name() == 'e' ? "-E" : "-F", argv);
	argv = words;
	check_color(opt);
	if (opt->V) {
		print_version();
		return 0;
	}
	if (opt->unix_byte_offsets)
		warn("warning: --unix-byte-offsets (-u) is obsolete");
	check_matchers(opt);
	g->utf8 = locale_is_utf8();
	g->invert = opt->invert_match;
	g->delimiter = opt->null_data ? 0 : '\n';
	g->max = opt->max_count ? max_count(opt->max_count) : UINTMAX_MAX;
	set_context(g, opt);
	set_binary(g, opt);
	set_directories(g, opt);
	set_globs(g, opt);
	gather_patterns(&patterns, opt);
	if (!opt->regexp.count && !opt->file.count) {
		if (!*argv)
			usage();
		add_patterns(&patterns, NULL, *argv, strlen(*argv));
		argv++;
	}
	set_output(g, opt);
	compile_patterns(g, &patterns, opt);
	while (argv[files])
		files++;
	g->filenames = files <= 1 ? (g->directories == RECURSE ? -1 : 0) : 1;
	if (opt->with_filename || opt->no_filename)
		g->filenames = opt->with_filename > opt->no_filename;
	if (g->max == 0)
		return 1;
	grep_files(g, argv);
	regex_free(g->re);
	return g->trouble ? 2 : !g->selected;
}
