/* ls, dir, vdir - list files and the contents of directories
 *
 * usage: ls [OPTION]... [FILE]...
 *
 * Without FILE the current directory is listed. Names are sorted; hidden ones (.x) are left out. dir is ls -C -b,
 * vdir is ls -l -b.
 *
 * Which files:
 *   -a, --all                     hidden files too
 *   -A, --almost-all              the same without . and ..
 *   -B, --ignore-backups          not those that end in ~
 *       --hide=PATTERN...         not those that match, unless -a or -A is given
 *   -I, --ignore=PATTERN...       not those that match
 *   -d, --directory               directories themselves, not their contents
 *   -R, --recursive               subdirectories too
 *   -H, --dereference-command-line  follow links among the arguments
 *       --dereference-command-line-symlink-to-dir  only if they lead to directories
 *   -L, --dereference             follow all links
 *
 * Order:
 *   -f                            as in the directory, and hidden files too
 *   -U                            as in the directory
 *   -r, --reverse                 the other way round
 *   -S                            by size, largest first
 *   -t                            by time, newest first
 *   -v                            by the numbers in names
 *   -X                            by extension
 *       --sort=WORD               none, size (-S), time (-t), version (-v), extension (-X) or width
 *       --group-directories-first  directories before files
 *
 * What is shown:
 *   -l                            long format: permissions, links, owner, group, size and time
 *   -g                            -l without owner
 *   -o                            -l without group
 *   -n, --numeric-uid-gid         -l with numbers instead of names of users
 *   -G, --no-group                with -l, no group
 *       --author                  with -l, the author too
 *   -i, --inode                   inode numbers
 *   -s, --size                    space taken, in blocks
 *   -h, --human-readable          sizes like 1K 234M 2G
 *       --si                      the same in powers of 1000
 *   -k, --kibibytes               blocks of 1024 bytes for -s and totals
 *       --block-size=SIZE         sizes in units of SIZE: 1, K, MB, ...
 *   -Z, --context                 security contexts
 *   -c                            status change time instead of modification time; sort by it unless -l or a sort option is given
 *   -u                            access time, likewise
 *       --time=WORD               atime, access, use; ctime, status; or birth, creation
 *       --time-style=STYLE        full-iso, long-iso, iso, locale or +FORMAT as for date; FORMAT may have a second line for recent
 *                                 times; with posix- before it, only outside the POSIX locale
 *       --full-time               -l --time-style=full-iso
 *
 * How it is laid out:
 *   -C                            in columns, downwards
 *   -x                            in columns, across
 *   -m                            separated by commas
 *   -1                            one per line
 *       --format=WORD             across, horizontal (-x), commas (-m), long, verbose (-l), single-column (-1), vertical (-C)
 *   -w, --width=COLS              width of lines, 0 for no limit
 *   -T, --tabsize=COLS            distance of tab stops, 0 for no tabs
 *   -D, --dired                   tell Emacs where the names are
 *       --zero                    end lines with NUL
 *       --color[=WHEN]            color names always, never or auto (on a terminal); see LS_COLORS in dircolors
 *       --hyperlink[=WHEN]        make names links to the files
 *
 * Names:
 *   -F                            mark kinds of files with one of * / = @ |
 *       --classify[=WHEN]...      the same always, never or auto
 *       --file-type               the same without *
 *   -p                            mark directories with /
 *       --indicator-style=WORD    none, slash (-p), file-type or classify (-F)
 *   -b, --escape                  C escapes for what cannot be printed
 *   -N, --literal                 as they are
 *   -Q, --quote-name              in double quotes
 *       --quoting-style=WORD      literal, locale, shell, shell-always, shell-escape, shell-escape-always, c, escape
 *   -q, --hide-control-chars      ? for what cannot be printed
 *       --show-control-chars      as it is
 *
 * Environment: LS_COLORS, COLUMNS, TABSIZE, QUOTING_STYLE, TIME_STYLE, LS_BLOCK_SIZE, BLOCK_SIZE, TZ.
 * The status is 1 after minor problems, 2 when an argument could not be listed.
 *
 * install: /bin
 * options: pure
 * status: 2
 * follows: POSIX.1-2024 ls; GNU coreutils manual, "ls invocation"
 */
#include <sys/ioctl.h>
#include "ls.h"
#include "ls.gen.h"

/* A directory whose subdirectories are being listed. */
struct level {
	struct level *outer;
	struct arena_mark mark; /* what was there before it */
	const char **paths;     /* of the subdirectories */
	size_t count, next;
	dev_t device;
	ino_t inode;
};

static unsigned latest(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* Whether a WHEN (always if left out) means now. */
static bool is_when(const char *when, unsigned given, const char *option)
{
	static const char *const names[] = { "always", "yes",  "force", "never",  "no",
					     "none",   "auto", "tty",   "if-tty", NULL };
	static const int same[] = { 0, 0, 0, 3, 3, 3, 6, 6, 6 };
	int which;

	if (!given)
		return false;
	which = when ? choose(names, same, when, option) : 0;
	return which == 0 || (which == 6 && isatty(STDOUT_FILENO));
}

/* --- options ------------------------------------------------------------------------------------------------ */

static enum format default_format(void)
{
	const char *name = this_applet()->name;

	if (strcmp(name, "dir") == 0)
		return FORMAT_DOWN;
	if (strcmp(name, "vdir") == 0)
		return FORMAT_LONG;
	return isatty(STDOUT_FILENO) ? FORMAT_DOWN : FORMAT_ONE;
}

/* The format: the last that was asked for, but -1 and --zero do not change a long one, and -f ends it. */
static enum format format_of(const struct ls_options *opt)
{
	static const char *const names[] = { "verbose", "long",     "commas",        "horizontal",
					     "across",  "vertical", "single-column", NULL };
	static const int same[] = { 0, 0, 2, 3, 3, 5, 6 };
	unsigned at = latest(latest(latest(opt->l, opt->g), latest(opt->o, opt->numeric_uid_gid)),
			     opt->full_time);
	unsigned one = latest(opt->_1, opt->zero);
	enum format format = at ? FORMAT_LONG : default_format();

	if (opt->C > at) {
		format = FORMAT_DOWN;
		at = opt->C;
	}
	if (opt->x > at) {
		format = FORMAT_ACROSS;
		at = opt->x;
	}
	if (opt->m > at) {
		format = FORMAT_COMMAS;
		at = opt->m;
	}
	if (opt->format) {
		int which = choose(names, same, opt->format, "--format");

		if (opt->format_at > at) {
			format = which == 0   ? FORMAT_LONG
				 : which == 2 ? FORMAT_COMMAS
				 : which == 3 ? FORMAT_ACROSS
				 : which == 5 ? FORMAT_DOWN
					      : FORMAT_ONE;
			at = opt->format_at;
		}
	}
	if (at && format == FORMAT_LONG && opt->f > at) {
		format = default_format();
		at = opt->f;
	}
	return one > at && !(at && format == FORMAT_LONG) ? FORMAT_ONE : format;
}

static enum time_kind time_kind_of(const struct ls_options *opt)
{
	static const char *const names[] = { "atime",  "access", "use",      "ctime",
					     "status", "birth",  "creation", NULL };
	static const int same[] = { 0, 0, 0, 3, 3, 5, 5 };
	enum time_kind kind = opt->c > opt->u ? TIME_CHANGED : opt->u ? TIME_ACCESSED : TIME_MODIFIED;

	if (opt->time) {
		int which = choose(names, same, opt->time, "--time");

		if (opt->time_at > latest(opt->c, opt->u))
			kind = which == 0 ? TIME_ACCESSED : which == 3 ? TIME_CHANGED : TIME_BORN;
	}
	return kind;
}

static enum sort_key sort_of(const struct ls_options *opt, enum format format)
{
	static const char *const names[] = { "none", "time", "size", "extension", "version", "width", NULL };
	static const enum sort_key keys[] = { SORT_NONE,      SORT_TIME,    SORT_SIZE,
					      SORT_EXTENSION, SORT_VERSION, SORT_WIDTH };
	const struct {
		unsigned at;
		enum sort_key key;
	} given[] = { { opt->S, SORT_SIZE },
		      { opt->t, SORT_TIME },
		      { opt->v, SORT_VERSION },
		      { opt->X, SORT_EXTENSION },
		      { opt->U, SORT_NONE },
		      { opt->f, SORT_NONE },
		      { opt->sort_at,
			opt->sort ? keys[choose(names, NULL, opt->sort, "--sort")] : SORT_NAME } };
	enum sort_key key = SORT_NAME;
	unsigned at = 0;

	for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++)
		if (given[i].at > at) {
			at = given[i].at;
			key = given[i].key;
		}
	if (!at && format != FORMAT_LONG && (opt->c || opt->u || opt->time))
		return SORT_TIME;
	return key;
}

static enum indicators indicators_of(const struct ls_options *opt)
{
	static const char *const names[] = { "none", "slash", "file-type", "classify", NULL };
	unsigned at = opt->F;
	enum indicators indicators = at ? INDICATE_ALL : INDICATE_NOTHING;

	for (size_t i = 0; i < opt->classify.count; i++) {
		const struct option_item *item = &opt->classify.items[i];

		if (is_when(item->value, item->at, "--classify") && item->at > at) {
			indicators = INDICATE_ALL;
			at = item->at;
		}
	}
	if (opt->file_type > at) {
		indicators = INDICATE_TYPE;
		at = opt->file_type;
	}
	if (opt->p > at) {
		indicators = INDICATE_SLASH;
		at = opt->p;
	}
	if (opt->indicator_style) {
		int which = choose(names, NULL, opt->indicator_style, "--indicator-style");

		if (opt->indicator_style_at > at)
			indicators = (enum indicators)which;
	}
	return indicators;
}

/* What QUOTING_STYLE says, or -1. */
static int quoting_of_environment(void)
{
	const char *value = getenv("QUOTING_STYLE");

	if (!value)
		return -1;
	for (int i = 0; quoting_styles[i]; i++)
		if (strcmp(quoting_styles[i], value) == 0)
			return i;
	warn("ignoring invalid value of environment variable QUOTING_STYLE: %s", quote(value));
	return -1;
}

static enum quoting_style quoting_of(const struct ls_options *opt)
{
	unsigned at = latest(opt->literal, opt->zero);
	enum quoting_style style = QUOTE_LITERAL;
	int which;

	if (opt->escape > at) {
		style = QUOTE_ESCAPE;
		at = opt->escape;
	}
	if (opt->quote_name > at) {
		style = QUOTE_C;
		at = opt->quote_name;
	}
	if (opt->quoting_style) {
		which = choose(quoting_styles, NULL, opt->quoting_style, "--quoting-style");
		if (opt->quoting_style_at > at)
			return (enum quoting_style)which;
	}
	if (at)
		return style;
	which = quoting_of_environment();
	if (which >= 0)
		return (enum quoting_style)which;
	if (strcmp(this_applet()->name, "ls") != 0)
		return QUOTE_ESCAPE;
	return isatty(STDOUT_FILENO) ? QUOTE_SHELL_ESCAPE : QUOTE_LITERAL;
}

/* Reads a width; too large is no limit. Returns false if it is none. */
static bool parse_width(const char *s, size_t *width)
{
	uintmax_t n = 0;
	enum num_error error = parse_uint_base(s, NULL, 0, "", &n);

	if (error == NUM_OVERFLOW)
		n = 0;
	*width = n > SIZE_MAX / 2 ? 0 : (size_t)n;
	return error == NUM_OK || error == NUM_OVERFLOW;
}

/* The width of the lines: of -w, the terminal or COLUMNS. */
static size_t line_length_of(const struct ls_options *opt, bool needed)
{
	const char *columns;
	struct winsize size;
	size_t width;

	if (opt->width) {
		if (!parse_width(opt->width, &width))
			die("invalid line width: %s", quote(opt->width));
		return width;
	}
	if (!needed)
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	columns = getenv("COLUMNS");
	if (!columns || !*columns)
		return 80;
	if (parse_width(columns, &width))
		return width;
	warn("ignoring invalid width in environment variable COLUMNS: %s", quote(columns));
	return 80;
}

static size_t tab_size_of(const struct ls_options *opt, bool needed)
{
	const char *value = opt->tabsize ? opt->tabsize : getenv("TABSIZE");
	uintmax_t n = 8;
	enum num_error error;

	if (!value || (!opt->tabsize && (!needed || getenv("POSIXLY_CORRECT"))))
		return 8;
	error = parse_uint_base(value, NULL, 0, "", &n);
	if (error == NUM_OK)
		return (size_t)n;
	if (!opt->tabsize) {
		warn("ignoring invalid tab size in environment variable TABSIZE: %s", quote(value));
		return 8;
	}
	if (error == NUM_OVERFLOW)
		die_status(2, "invalid tab size: %s: %s", quote(value), strerror(EOVERFLOW));
	die("invalid tab size: %s", quote(value));
}

/* Sets the units of -s and totals, and of sizes. */
static void set_units(struct ls *ls, const struct ls_options *opt)
{
	unsigned at = latest(latest(opt->human_readable, opt->si), opt->block_size_at);
	const char *own = getenv("LS_BLOCK_SIZE"), *common = getenv("BLOCK_SIZE");
	bool from_environment;

	ls->size_format = (struct size_format){ .unit = 1 };
	if (opt->block_size) {
		enum num_error error = block_size_parse(opt->block_size, &ls->block_format);

		if (error != NUM_OK)
			die_option_number(error, "--block-size", opt->block_size);
	}
	if (at && at == opt->human_readable)
		ls->block_format = size_human;
	else if (at && at == opt->si)
		ls->block_format = size_si;
	if (at) {
		ls->size_format = ls->block_format;
		return;
	}
	from_environment = block_size_default("LS_BLOCK_SIZE", &ls->block_format);
	if (from_environment && (own || common))
		ls->size_format = ls->block_format;
	if (opt->kibibytes)
		ls->block_format = (struct size_format){ .unit = 1024 };
}

/* Whether times are to be in the style of the POSIX locale. */
static bool in_posix_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_TIME", "LANG" };

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcmp(value, "C") == 0 || strcmp(value, "POSIX") == 0;
	}
	return true;
}

static _Noreturn void bad_time_style(const char *style, bool ambiguous)
{
	die_usage(
		"%s argument %s for %s\nValid arguments are:\n  - [posix-]full-iso\n  - [posix-]long-iso\n"
		"  - [posix-]iso\n  - [posix-]locale\n  - +FORMAT (e.g., +%%H:%%M) for a 'date'-style format",
		ambiguous ? "ambiguous" : "invalid", quote(style), quote("time style"));
}

/* Sets the formats of a style that is one of those with a name. */
static void set_named_style(struct ls *ls, const char *style)
{
	static const char *const names[] = { "full-iso", "long-iso", "iso", "locale" };
	static const char *const formats[][2] = {
		{ "%Y-%m-%d %H:%M:%S.%N %z", "%Y-%m-%d %H:%M:%S.%N %z" },
		{ "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M" },
		{ "%Y-%m-%d ", "%m-%d %H:%M" },
		{ "%b %e  %Y", "%b %e %H:%M" },
	};
	int found = -1;

	for (int i = 0; i < 4; i++) {
		if (strncmp(names[i], style, strlen(style)) != 0)
			continue;
		if (found >= 0)
			bad_time_style(style, true);
		found = i;
	}
	if (found < 0)
		bad_time_style(style, false);
	memcpy(ls->time_formats, formats[found], sizeof(ls->time_formats));
}

/* Sets how times are shown. */
static void set_time_style(struct ls *ls, const struct ls_options *opt)
{
	const char *style = opt->time_style;

	if (opt->full_time > opt->time_style_at)
		style = "full-iso";
	if (!style)
		style = getenv("TIME_STYLE");
	if (!style)
		style = "locale";
	for (; strncmp(style, "posix-", 6) == 0; style += 6)
		if (in_posix_locale()) {
			set_named_style(ls, "locale");
			return;
		}
	if (*style == '+') {
		char *old = arena_strdup(style + 1), *recent = strchr(old, '\n');

		if (recent && strchr(recent + 1, '\n'))
			die("invalid time style format %s", quote(style + 1));
		ls->time_formats[0] = ls->time_formats[1] = old;
		if (recent) {
			*recent = 0;
			ls->time_formats[1] = recent + 1;
		}
	} else {
		set_named_style(ls, style);
	}
}

/* Collects the patterns of an option, and `more`. */
static const char **patterns_of(const struct option_list *list, const char *const *more, size_t more_count)
{
	const char **patterns = arena_array(const char *, list->count + more_count + 1);

	for (size_t i = 0; i < list->count; i++)
		patterns[i] = list->items[i].value;
	for (size_t i = 0; i < more_count; i++)
		patterns[list->count + i] = more[i];
	return patterns;
}

static void set_files(struct ls *ls, const struct ls_options *opt)
{
	static const char *const backups[] = { "*~", ".*~" };
	unsigned all = latest(opt->all, opt->f),
		 at = latest(latest(opt->dereference, opt->dereference_command_line),
			     opt->dereference_command_line_symlink_to_dir);

	ls->hidden = latest(all, opt->almost_all) == 0 ? HIDE_DOTTED
		     : all > opt->almost_all           ? HIDE_NOTHING
						       : HIDE_IMPLIED;
	ls->ignored = patterns_of(&opt->ignore, backups, opt->ignore_backups ? 2 : 0);
	ls->hidden_patterns = patterns_of(&opt->hide, NULL, 0);
	ls->directories_as_files = opt->directory;
	ls->recursive = opt->recursive && !opt->directory;
	if (at)
		ls->follow = at == opt->dereference                ? FOLLOW_ALWAYS
			     : at == opt->dereference_command_line ? FOLLOW_ARGUMENTS
								   : FOLLOW_DIR_ARGUMENTS;
	else
		ls->follow = opt->directory || ls->indicators == INDICATE_ALL || ls->format == FORMAT_LONG
				     ? FOLLOW_NEVER
				     : FOLLOW_DIR_ARGUMENTS;
}

static void set_names(struct ls *ls, const struct ls_options *opt)
{
	bool terminal_ls = strcmp(this_applet()->name, "ls") == 0 && isatty(STDOUT_FILENO);
	unsigned shown = latest(opt->show_control_chars, opt->zero);

	ls->quoting = quoting_of(opt);
	ls->questions = opt->hide_control_chars || shown ? opt->hide_control_chars > shown : terminal_ls;
	ls->align_quotes = (ls->quoting == QUOTE_SHELL || ls->quoting == QUOTE_SHELL_ESCAPE ||
			    ls->quoting == QUOTE_C_MAYBE) &&
			   (ls->format == FORMAT_LONG ||
			    ((ls->format == FORMAT_DOWN || ls->format == FORMAT_ACROSS) && ls->line_length));
	ls->name_extra = ls->quoting == QUOTE_ESCAPE       ? (ls->indicators == INDICATE_ALL    ? " =>@|"
							      : ls->indicators == INDICATE_TYPE ? " *=>@|"
												: " ")
			 : ls->indicators == INDICATE_ALL  ? "=>@|"
			 : ls->indicators == INDICATE_TYPE ? "*=>@|"
							   : NULL;
}

static void set_colors(struct ls *ls, const struct ls_options *opt)
{
	unsigned off = latest(opt->zero, opt->f);
	bool wanted = is_when(opt->color, opt->color_at, "--color");

	if (!wanted || off > opt->color_at)
		return;
	ls->colors = arena_new(struct colors);
	if (!colors_open(ls->colors))
		ls->colors = NULL;
}

static const char *host_name(void)
{
	char name[256] = "";

	gethostname(name, sizeof(name) - 1);
	return arena_strdup(name);
}

/* Sets all that depends on several options. */
static void set_up(struct ls *ls, const struct ls_options *opt)
{
	bool lines;

	ls->format = format_of(opt);
	ls->time = time_kind_of(opt);
	ls->sort = sort_of(opt, ls->format);
	ls->indicators = indicators_of(opt);
	ls->reverse = opt->reverse;
	ls->directories_first = opt->group_directories_first && ls->sort != SORT_NONE;
	set_files(ls, opt);
	set_colors(ls, opt);
	lines = ls->format >= FORMAT_DOWN;
	ls->line_length = line_length_of(opt, lines || ls->colors);
	ls->tab_size = tab_size_of(opt, lines);
	if (ls->colors)
		ls->tab_size = 0; /* terminals may color what a tab skips */
	set_names(ls, opt);
	set_units(ls, opt);
	ls->end_of_line = opt->zero ? 0 : '\n';
	ls->hyperlinks = is_when(opt->hyperlink, opt->hyperlink_at, "--hyperlink") &&
			 opt->hyperlink_at > opt->f;
	if (ls->hyperlinks)
		ls->host = host_name();
	ls->dired = opt->dired && ls->format == FORMAT_LONG && !ls->hyperlinks;
	if (ls->dired && opt->zero)
		die("--dired and --zero are incompatible");
	ls->show_inode = opt->inode;
	ls->show_blocks = opt->size > opt->f;
	ls->show_context = opt->context;
	ls->show_owner = !opt->g;
	ls->show_group = !opt->o && !opt->no_group;
	ls->show_author = opt->author;
	ls->numeric_ids = opt->numeric_uid_gid;
	ls->links_checked = ls->colors &&
			    (ls->colors->link_as_target || color_set(ls->colors, COLOR_ORPHAN) ||
			     (color_set(ls->colors, COLOR_MISSING) && ls->format == FORMAT_LONG));
	ls->all_info = ls->format == FORMAT_LONG || ls->sort == SORT_TIME || ls->sort == SORT_SIZE ||
		       ls->show_blocks || ls->show_inode || ls->show_context || ls->hyperlinks;
	ls->types_needed = ls->recursive || ls->colors || ls->indicators || ls->directories_first;
	ls->stream = ls->format == FORMAT_ONE && ls->sort == SORT_NONE && !ls->all_info && !ls->recursive;
	ls->utf8 = locale_is_utf8();
	if (ls->format == FORMAT_LONG) {
		set_time_style(ls, opt);
		clock_gettime(CLOCK_REALTIME, &ls->now);
	}
}

/* --- listing ------------------------------------------------------------------------------------------------ */

/* Gives memory back, and with it what may have moved there since. */
static void forget(struct ls *ls, struct arena_mark mark)
{
	if (ls->dired)
		return; /* the positions of names are kept there */
	arena_release(mark);
	ls->out = ls->time_text = (struct buf){ 0 };
	ls->time_cached = NULL;
}

/* Whether the directory is one of those that it is in. */
static bool is_loop(const struct level *level, const struct level *outer)
{
	for (; outer; outer = outer->outer)
		if (outer->inode == level->inode && outer->device == level->device && outer->inode)
			return true;
	return false;
}

/* Opens a directory that is not one of those it is in. */
static int open_new(struct ls *ls, const char *path, struct level *level)
{
	struct stat st;
	int fd = open_directory(path);

	if (fd < 0) {
		ls_failed(ls, !level->outer->outer, "cannot open directory", path);
	} else if (ls->recursive && fstat(fd, &st) == 0) {
		level->device = st.st_dev;
		level->inode = st.st_ino;
		if (is_loop(level, level->outer)) {
			warn("%s: not listing already-listed directory", quote_maybe(path));
			ls->status = 2;
			close_file(fd);
			return -1;
		}
	}
	return fd;
}

/* Lists the files of a directory. */
static void list_directory(struct ls *ls, int fd, const char *path, bool argument)
{
	if (ls->headings)
		put_heading(ls, path);
	read_directory(ls, fd, path, argument);
	close_file(fd);
	if (ls->stream)
		return;
	sort_entries(ls);
	if (ls->format == FORMAT_LONG || ls->show_blocks)
		show_total(ls);
	show_entries(ls);
}

/* Collects the paths of the directories among the files that were just shown. */
static void collect_directories(struct ls *ls, struct level *level)
{
	level->paths = arena_array(const char *, ls->count + 1);
	for (size_t i = 0; i < ls->count; i++) {
		const struct entry *e = ls->sorted[i];

		if (S_ISDIR(e->mode) && !is_dot_or_dotdot(e->name))
			level->paths[level->count++] = path_of(ls->dir_path, e->name);
	}
}

/* Lists directories, and with -R what is in them. */
static void list_directories(struct ls *ls, const char **paths, size_t count)
{
	struct level top = { .paths = paths, .count = count }, *level = &top;

	for (;;) {
		struct arena_mark mark = arena_mark();
		struct level *inner;
		int fd;

		if (level->next == level->count) {
			if (level == &top)
				return;
			mark = level->mark;
			level = level->outer;
			forget(ls, mark);
			continue;
		}
		inner = arena_new(struct level);
		inner->mark = mark;
		inner->outer = level;
		fd = open_new(ls, level->paths[level->next++], inner);
		if (fd >= 0)
			list_directory(ls, fd, level->paths[level->next - 1], level == &top);
		if (fd >= 0 && ls->recursive)
			collect_directories(ls, inner);
		level = inner;
	}
}

/* Takes the directories whose contents are to be listed from among the arguments; returns how many there are. */
static size_t take_directories(struct ls *ls, const char **paths)
{
	size_t files = 0, count = 0;

	for (size_t i = 0; i < ls->count; i++)
		if (ls->sorted[i]->listed)
			paths[count++] = ls->sorted[i]->name;
		else
			ls->sorted[files++] = ls->sorted[i];
	ls->count = files;
	return count;
}

int ls_main(struct ls_options *opt, char **names)
{
	char *here[] = { arena_strdup("."), NULL };
	struct ls *ls = arena_new(struct ls);
	const char **paths;
	size_t count = 0, given = 0;

	set_up(ls, opt);
	while (names[given])
		given++;
	paths = arena_array(const char *, given + 1);
	if (!given && !opt->directory) {
		paths[count++] = ".";
	} else {
		read_arguments(ls, given ? names : here);
		sort_entries(ls);
		count = take_directories(ls, paths);
		if (ls->count)
			show_entries(ls);
		ls->listed_before = ls->count > 0;
	}
	ls->headings = ls->recursive || given > 1 || ls->listed_before;
	list_directories(ls, paths, count);
	end_colors(ls);
	if (ls->dired)
		show_dired(ls);
	users_free(&ls->users);
	return ls->status;
}
