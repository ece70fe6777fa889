/* parse.c - the command line of find */
#include <dirent.h>
#include "dateparse.h"
#include "find.h"
#include "glob.h"

/* What else than a kind of node a word can be. */
enum {
	OPTION = FIND_EXEC + 1, /* global options */
	DAYSTART,
	FOLLOW,
	REGEXTYPE,
	WARN,
	NOWARN,
	HELP,
	VERSION,
	CONTEXT,
	OWNER, /* -user */
	GROUP,
};

/* A word of the expression. `detail` tells apart those of one kind. */
struct word {
	char name[24];
	uint8_t kind, args;
	char detail;
};

static const struct word words[] = {
	{ "(", FIND_OPEN, 0, 0 },
	{ "-(", FIND_OPEN, 0, 0 },
	{ ")", FIND_CLOSE, 0, 0 },
	{ "-)", FIND_CLOSE, 0, 0 },
	{ "!", FIND_NOT, 0, 0 },
	{ "-!", FIND_NOT, 0, 0 },
	{ "-not", FIND_NOT, 0, 0 },
	{ "-a", FIND_AND, 0, 0 },
	{ "-and", FIND_AND, 0, 0 },
	{ "-o", FIND_OR, 0, 0 },
	{ "-or", FIND_OR, 0, 0 },
	{ ",", FIND_LIST, 0, 0 },
	{ "-,", FIND_LIST, 0, 0 },
	{ "-true", FIND_TRUE, 0, 0 },
	{ "-false", FIND_FALSE, 0, 0 },
	{ "-name", FIND_NAME, 1, 0 },
	{ "-iname", FIND_NAME, 1, 'i' },
	{ "-path", FIND_PATH, 1, 0 },
	{ "-wholename", FIND_PATH, 1, 0 },
	{ "-ipath", FIND_PATH, 1, 'i' },
	{ "-iwholename", FIND_PATH, 1, 'i' },
	{ "-lname", FIND_LNAME, 1, 0 },
	{ "-ilname", FIND_LNAME, 1, 'i' },
	{ "-regex", FIND_REGEX, 1, 0 },
	{ "-iregex", FIND_REGEX, 1, 'i' },
	{ "-type", FIND_TYPE, 1, 0 },
	{ "-xtype", FIND_XTYPE, 1, 0 },
	{ "-amin", FIND_TIME, 1, 'a' },
	{ "-cmin", FIND_TIME, 1, 'c' },
	{ "-mmin", FIND_TIME, 1, 'm' },
	{ "-atime", FIND_TIME, 1, 'A' },
	{ "-ctime", FIND_TIME, 1, 'C' },
	{ "-mtime", FIND_TIME, 1, 'M' },
	{ "-anewer", FIND_NEWER, 1, 'a' },
	{ "-cnewer", FIND_NEWER, 1, 'c' },
	{ "-newer", FIND_NEWER, 1, 'm' },
	{ "-used", FIND_USED, 1, 0 },
	{ "-gid", FIND_GID, 1, 0 },
	{ "-uid", FIND_UID, 1, 0 },
	{ "-inum", FIND_INUM, 1, 0 },
	{ "-links", FIND_LINKS, 1, 0 },
	{ "-user", OWNER, 1, 0 },
	{ "-group", GROUP, 1, 0 },
	{ "-size", FIND_SIZE, 1, 0 },
	{ "-perm", FIND_PERM, 1, 0 },
	{ "-samefile", FIND_SAMEFILE, 1, 0 },
	{ "-fstype", FIND_FSTYPE, 1, 0 },
	{ "-nouser", FIND_NOUSER, 0, 0 },
	{ "-nogroup", FIND_NOGROUP, 0, 0 },
	{ "-readable", FIND_ACCESS, 0, R_OK },
	{ "-writable", FIND_ACCESS, 0, W_OK },
	{ "-executable", FIND_ACCESS, 0, X_OK },
	{ "-empty", FIND_EMPTY, 0, 0 },
	{ "-context", CONTEXT, 1, 0 },
	{ "-prune", FIND_PRUNE, 0, 0 },
	{ "-quit", FIND_QUIT, 0, 0 },
	{ "-delete", FIND_DELETE, 0, 0 },
	{ "-print", FIND_PRINT, 0, 0 },
	{ "-print0", FIND_PRINT0, 0, 0 },
	{ "-printf", FIND_PRINTF, 1, 0 },
	{ "-ls", FIND_LS, 0, 0 },
	{ "-fprint", FIND_PRINT, 1, 'f' },
	{ "-fprint0", FIND_PRINT0, 1, 'f' },
	{ "-fprintf", FIND_PRINTF, 2, 'f' },
	{ "-fls", FIND_LS, 1, 'f' },
	{ "-exec", FIND_EXEC, 1, 0 },
	{ "-execdir", FIND_EXEC, 1, 'd' },
	{ "-ok", FIND_EXEC, 1, 'o' },
	{ "-okdir", FIND_EXEC, 1, 'D' },
	{ "-daystart", DAYSTART, 0, 0 },
	{ "-follow", FOLLOW, 0, 0 },
	{ "-regextype", REGEXTYPE, 1, 0 },
	{ "-warn", WARN, 0, 0 },
	{ "-nowarn", NOWARN, 0, 0 },
	{ "-depth", OPTION, 0, 'd' },
	{ "-d", OPTION, 0, 'D' },
	{ "-files0-from", OPTION, 1, 'f' },
	{ "-ignore_readdir_race", OPTION, 0, 'i' },
	{ "-noignore_readdir_race", OPTION, 0, 'n' },
	{ "-maxdepth", OPTION, 1, 'M' },
	{ "-mindepth", OPTION, 1, 'm' },
	{ "-mount", OPTION, 0, 'x' },
	{ "-xdev", OPTION, 0, 'x' },
	{ "-noleaf", OPTION, 0, 0 },
	{ "-help", HELP, 0, 0 },
	{ "--help", HELP, 0, 0 },
	{ "-version", VERSION, 0, 0 },
	{ "--version", VERSION, 0, 0 },
};

struct parser {
	struct find *f;
	char **argv;            /* the next argument */
	struct find_node *list; /* as they came, linked by `right` */
	struct find_node **end;
	struct find_node *at; /* the next to be made part of the tree */
	const char *previous; /* word, for a hint */
	const char *first;    /* that is no option */
	const char *files;    /* -files0-from */
	size_t regex_type;
	bool warn, acts, asks, prunes, deletes, explicit_depth;
};

static _Noreturn void invalid(const char *option, const char *arg)
{
	die("invalid argument `%s' to `%s'", arg, option);
}

static struct find_node *add(struct parser *p, int kind, const char *text)
{
	struct find_node *n = arena_new(struct find_node);

	n->kind = (enum find_kind)kind;
	n->text = text;
	*p->end = n;
	p->end = &n->right;
	return n;
}

/* ---- arguments ---- */

/* Reads the sign of a number; returns what is behind it. */
static const char *read_sign(const char *s, char *sign)
{
	*sign = 0;
	if (*s == '+' || *s == '-')
		*sign = *s++;
	return s;
}

static struct find_number read_number(const char *option, const char *s)
{
	struct find_number n;
	const char *digits = read_sign(s, &n.sign);

	if (parse_uint(digits, NULL, &n.n) != NUM_OK)
		invalid(option, s);
	return n;
}

static uintmax_t read_levels(const char *option, const char *s)
{
	uintmax_t n;

	enum num_error error = *s < '0' || *s > '9' ? NUM_INVALID : parse_uint(s, NULL, &n);

	if (error == NUM_OVERFLOW)
		die("%s: Numerical result out of range", s);
	if (error != NUM_OK)
		die("Expected a positive decimal integer argument to %s, but got %s", option, quote(s));
	return n;
}

/* A time `seconds` before another. */
static struct timespec before(struct timespec ts, double seconds)
{
	double limit = 9e18, whole;

	seconds = seconds > limit ? limit : seconds < -limit ? -limit : seconds;
	whole = (double)(int64_t)seconds;
	if (__builtin_sub_overflow(ts.tv_sec, (time_t)whole, &ts.tv_sec))
		ts.tv_sec = whole > 0 ? INT64_MIN + 1 : INT64_MAX - 1;
	ts.tv_nsec -= (long)((seconds - whole) * 1e9);
	if (ts.tv_nsec < 0) {
		ts.tv_nsec += 1000000000;
		ts.tv_sec--;
	} else if (ts.tv_nsec >= 1000000000) {
		ts.tv_nsec -= 1000000000;
		ts.tv_sec++;
	}
	return ts;
}

/* -amin, -atime ...: what is exactly n minutes old is not older, but as a day that is not over is not counted, exactly n days old
 * is what is less than n + 1. */
static void parse_time(struct parser *p, struct find_node *n, char which, const char *arg)
{
	bool days = which < 'a';
	double unit = days ? 86400 : 60, age;
	char *end;
	const char *number = read_sign(arg, &n->time.sign);

	age = strtod(number, &end);
	if (end == number || *end || age != age)
		invalid(n->text, arg);
	n->time.which = days ? (char)(which + 'a' - 'A') : which;
	if (days) {
		n->time.high = before(p->f->origin, age * unit);
		n->time.low = before(p->f->origin, (age + 1) * unit);
	} else {
		n->time.high = before(p->f->origin, n->time.sign ? age * unit : (age - 1) * unit);
		n->time.low = before(p->f->origin, age * unit);
	}
}

static void parse_used(struct find_node *n, const char *arg)
{
	char *end;
	const char *number = read_sign(arg, &n->used.sign);
	double days = strtod(number, &end);

	if (end == number || *end || days != days)
		die("Invalid argument %s to -used", arg);
	n->used.low = (days - 1) * 86400;
	n->used.high = days * 86400;
}

/* The status of a file that others are compared to. */
static struct stat reference(struct parser *p, const char *file)
{
	bool follow = p->f->follow || p->f->follow_roots;
	struct stat st;

	if (!(follow && stat(file, &st) == 0) && lstat(file, &st) < 0)
		die_errno("%s", quote(file));
	return st;
}

/* -newerXY, with Y of `than`. */
static void parse_newer(struct parser *p, struct find_node *n, char which, char than, const char *arg)
{
	struct stat st;

	n->time.which = which;
	if (than == 't') {
		if (!date_parse(arg, &p->f->now, &n->time.low))
			die("I cannot figure out how to interpret %s as a date or time", quote(arg));
		return;
	}
	st = reference(p, arg);
	if (than == 'B') {
		int flags = p->f->follow || p->f->follow_roots ? 0 : AT_SYMLINK_NOFOLLOW;

		if (!time_of_birth(AT_FDCWD, arg, flags, &n->time.low))
			die("Cannot obtain birth time of file %s", quote(arg));
		return;
	}
	n->time.low = than == 'a' ? st.st_atim : than == 'c' ? st.st_ctim : st.st_mtim;
}

static void parse_size(struct find_node *n, const char *arg)
{
	static const char letters[] = "bcwkMG";
	static const uint32_t units[] = { 512, 1, 2, 1024, 1048576, 1073741824 };
	size_t len = strlen(arg);
	const char *letter = letters;
	char *digits;

	if (len == 0)
		die("invalid null argument to -size");
	digits = arena_strdup(arg);
	if (digits[len - 1] < '0' || digits[len - 1] > '9') {
		letter = strchr(letters, digits[len - 1]);
		if (!letter)
			die("invalid -size type `%c'", digits[len - 1]);
		digits[len - 1] = 0;
	}
	n->size.unit = units[letter - letters];
	digits = (char *)(intptr_t)read_sign(digits, &n->size.n.sign);
	if (parse_uint(digits, NULL, &n->size.n.n) != NUM_OK)
		die("Invalid argument `%s' to -size", arg);
}

static void parse_perm(struct find_node *n, const char *arg)
{
	const char *mode = arg;
	struct mode_change change;

	n->perm.how = 0;
	if (*arg == '-' || *arg == '/') {
		n->perm.how = *arg;
		mode++;
	}
	if (!*mode || (*arg == '+' && arg[1] >= '0' && arg[1] <= '9') || !mode_compile(mode, &change))
		die("invalid mode %s", quote(arg));
	n->perm.file = mode_apply(&change, 0, false, 0, NULL);
	n->perm.dir = mode_apply(&change, 0, true, 0, NULL);
	if (n->perm.how == '/' && !n->perm.file)
		warn("warning: you have specified a mode pattern %s (which is equivalent to /000). The meaning "
		     "of -perm /000 has now been changed to be consistent with -perm -000; that is, while it "
		     "used to match no files, it now matches all files.",
		     arg);
}

static void parse_type(struct find_node *n, const char *arg)
{
	static const char letters[] = "bcdpfls";
	static const unsigned char types[] = { DT_BLK, DT_CHR, DT_DIR, DT_FIFO, DT_REG, DT_LNK, DT_SOCK };

	if (!*arg)
		die("Arguments to %s should contain at least one letter", n->text);
	while (*arg) {
		const char *letter = strchr(letters, *arg);

		if (*arg == 'D')
			die("%s D is not supported because Solaris doors are not supported on the platform find "
			    "was compiled on.",
			    n->text);
		if (!letter)
			die("Unknown argument to %s: %c", n->text, *arg);
		if (n->types & 1u << types[letter - letters])
			die("Duplicate file type '%c' in the argument list to %s.", *arg, n->text);
		n->types |= 1u << types[letter - letters];
		if (*++arg && *arg != ',')
			die("Must separate multiple arguments to %s using: ','", n->text);
		if (*arg && !*++arg)
			die("Last file type in list argument to %s is missing, i.e., list is ending on: ','",
			    n->text);
	}
}

static void parse_owner(struct parser *p, struct find_node *n, bool group, const char *arg)
{
	size_t digits = strspn(arg, "0123456789");
	uintmax_t number;
	uid_t id;

	n->kind = group ? FIND_GID : FIND_UID;
	if (!*arg)
		die(group ? "argument to -group is empty, but should be a group name"
			  : "The argument to -user should not be empty");
	if (group && *arg != '+' && parse_group(&p->f->users, arg, &id))
		n->number.n = id;
	else if (!group && *arg != '+' && parse_user(&p->f->users, arg, &id))
		n->number.n = id;
	else if (digits && !arg[digits] &&
		 (parse_uint(arg, NULL, &number) != NUM_OK || number > UINT32_MAX - 1))
		die("%s: Numerical result out of range", arg);
	else if (digits && group)
		die("%s is not the name of an existing group and it does not look like a numeric group ID "
		    "because it has the unexpected suffix %s",
		    quote(arg), quote(arg + digits));
	else
		die(group ? "%s is not the name of an existing group" : "%s is not the name of a known user",
		    quote(arg));
}

/* Whether the last character is a backslash that nothing follows. */
static bool ends_in_backslash(const char *pattern)
{
	size_t count = 0;

	for (size_t i = strlen(pattern); i > 0 && pattern[i - 1] == '\\'; i--)
		count++;
	return count % 2;
}

static void parse_glob(struct parser *p, struct find_node *n, bool icase, const char *arg)
{
	size_t len = strlen(arg);

	if (p->warn && n->kind == FIND_NAME && strchr(arg, '/'))
		warn("warning: %s matches against basenames only, but the given pattern contains a directory "
		     "separator (%s), thus the expression will evaluate to false all the time.  Did you mean "
		     "%s?",
		     quote(n->text), quote("/"), quote(icase ? "-iwholename" : "-wholename"));
	if (n->kind == FIND_PATH && len > 0 && arg[len - 1] == '/')
		warn("warning: %s %s will not match anything because it ends with /.", n->text, arg);
	n->glob = (struct find_glob){ ends_in_backslash(arg) ? NULL : arg, icase ? GLOB_ICASE : 0 };
}

static size_t parse_regex_type(const char *arg)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; find_regex_types[i]; i++)
		if (strcmp(find_regex_types[i], arg) == 0)
			return i;
	for (i = 0; find_regex_types[i]; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", quote(find_regex_types[i]));
	die("Unknown regular expression type %s; valid types are %s.", quote(arg), b.data);
}

/* ---- commands ---- */

/* Dies if a command might be found in a directory that others may write to. */
static void check_path(const char *option)
{
	const char *path = getenv("PATH");

	while (path) {
		size_t len = strcspn(path, ":");

		if (len == 0 || (len == 1 && *path == '.'))
			die("The current directory is included in the PATH environment variable, which is "
			    "insecure in combination with the %s action of find.  Please remove the current "
			    "directory from your $PATH (that is, remove \".\", doubled colons, or leading or "
			    "trailing colons)",
			    option);
		if (*path != '/')
			die("The relative path %s is included in the PATH environment variable, which is "
			    "insecure in combination with the %s action of find.  Please remove that entry "
			    "from $PATH",
			    quote(arena_memdup(path, len)), option);
		path = path[len] ? path + len + 1 : NULL;
	}
}

/* Dies if {} stands elsewhere than before the +. */
static void check_braces(const struct find_exec *x)
{
	for (size_t i = 0; i < x->count; i++) {
		bool last = i + 1 == x->count;

		if (!last && strstr(x->words[i], "{}"))
			die("Only one instance of {} is supported with %s ... +", x->option);
		if (strstr(x->words[i], "{}") && strcmp(x->words[i], "{}") != 0)
			die("In %s the %s must appear by itself, but you specified %s",
			    quote(arena_printf("%s ... {} +", x->option)), quote("{}"), quote(x->words[i]));
	}
}

/* Makes room for the names that -exec ... + gathers. */
static void prepare_gathering(struct parser *p, struct find_node *n)
{
	struct find_exec *x = n->exec;
	size_t used = 0;

	x->count--;
	for (size_t i = 0; i < x->count; i++)
		used += strlen(x->words[i]) + 1;
	x->room = used < p->f->limit ? p->f->limit - used : 0;
	x->text = arena_alloc(x->room + 1);
	x->argv = arena_array(char *, x->count + x->room / 2 + 2);
	memcpy(x->argv, x->words, x->count * sizeof(*x->argv));
	x->argc = x->count;
	x->next = p->f->gathering;
	p->f->gathering = n;
}

static void parse_exec(struct parser *p, struct find_node *n, char detail)
{
	struct find_exec *x = arena_new(struct find_exec);
	char **arg = p->argv;

	n->exec = x;
	x->option = n->text;
	x->in_dir = detail == 'd' || detail == 'D';
	x->ask = detail == 'o' || detail == 'D';
	x->dir = -1;
	x->words = arg;
	for (; *arg && strcmp(*arg, ";") != 0 && !x->gather; arg++)
		if (!x->ask && arg > x->words && strcmp(*arg, "+") == 0 && strstr(arg[-1], "{}")) {
			x->gather = true;
			break;
		}
	if (!*arg)
		die("missing argument to `%s'", n->text);
	if (arg == x->words)
		invalid(n->text, *arg);
	x->count = (size_t)(arg - x->words);
	p->argv = arg + 1;
	if (x->in_dir)
		check_path(n->text);
	if (x->gather) {
		check_braces(x);
		prepare_gathering(p, n);
	}
	if (x->count > 0 && !strstr(x->words[0], "{}"))
		program_find(&x->program, x->words[0]);
	else
		x->program.name = "";
	if (x->in_dir && x->program.path == x->program.name)
		x->program.applet = NULL;
	if (x->ask) {
		p->asks = true;
		if (p->f->null < 0)
			p->f->null = open_file("/dev/null", O_RDONLY, 0);
	}
}

/* ---- words ---- */

static void set_daystart(struct find *f)
{
	struct tm tm;
	struct clock_time c;

	if (!time_split(&f->zone, f->now.tv_sec, &tm))
		return;
	c = (struct clock_time){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, 0, 0, 0 };
	f->origin = (struct timespec){ .tv_sec = f->now.tv_sec };
	if (clock_find(&c, &f->origin.tv_sec))
		f->origin.tv_sec += 86400;
}

static void parse_option(struct parser *p, const struct word *w, char **args)
{
	struct find *f = p->f;

	if (p->first && p->warn)
		warn("warning: you have specified the global option %s after the argument %s, but global options "
		     "are not positional, i.e., %s affects tests specified before it as well as those specified "
		     "after it.  Please specify global options before other arguments.",
		     w->name, p->first, w->name);
	switch (w->detail) {
	case 'D':
		if (p->warn)
			warn("warning: the -d option is deprecated; please use -depth instead, because the "
			     "latter is a POSIX-compliant feature.");
		f->depth = p->explicit_depth = true;
		break;
	case 'd':
		f->depth = p->explicit_depth = true;
		break;
	case 'f':
		p->files = args[0];
		break;
	case 'i':
	case 'n':
		f->ignore_race = w->detail == 'i';
		break;
	case 'M':
		f->max_depth = read_levels(w->name, args[0]);
		break;
	case 'm':
		f->min_depth = read_levels(w->name, args[0]);
		break;
	case 'x':
		f->one_fs = true;
	}
}

static struct find_sink *standard(struct find *f)
{
	return find_sink_open(f, "/dev/stdout");
}

static void parse_action(struct parser *p, struct find_node *n, const struct word *w, char **args)
{
	p->acts |= n->kind != FIND_PRUNE && n->kind != FIND_QUIT;
	switch (n->kind) {
	case FIND_PRUNE:
		p->prunes = true;
		break;
	case FIND_DELETE:
		p->deletes = p->f->depth = true;
		break;
	case FIND_PRINT:
	case FIND_PRINT0:
	case FIND_LS:
	case FIND_PRINTF:
		n->print.sink = w->detail ? find_sink_open(p->f, args[0]) : standard(p->f);
		if (n->kind == FIND_PRINTF)
			n->print.parts = find_format_compile(p->f, args[w->detail ? 1 : 0]);
		break;
	case FIND_EXEC:
		p->argv--;
		parse_exec(p, n, w->detail);
		break;
	default:
		break;
	}
}

static void parse_test(struct parser *p, struct find_node *n, const struct word *w, char **args)
{
	struct stat st;

	switch ((int)n->kind) {
	case FIND_NAME:
	case FIND_PATH:
	case FIND_LNAME:
		parse_glob(p, n, w->detail == 'i', args[0]);
		break;
	case FIND_REGEX:
		n->re = find_regex_compile(p->f, args[0], p->regex_type, w->detail == 'i');
		break;
	case FIND_TYPE:
	case FIND_XTYPE:
		parse_type(n, args[0]);
		break;
	case FIND_TIME:
		parse_time(p, n, w->detail, args[0]);
		break;
	case FIND_NEWER:
		parse_newer(p, n, w->detail, 'm', args[0]);
		break;
	case FIND_USED:
		parse_used(n, args[0]);
		break;
	case FIND_GID:
	case FIND_UID:
	case FIND_INUM:
	case FIND_LINKS:
		n->number = read_number(n->text, args[0]);
		break;
	case OWNER:
	case GROUP:
		parse_owner(p, n, w->kind == GROUP, args[0]);
		break;
	case FIND_SIZE:
		parse_size(n, args[0]);
		break;
	case FIND_PERM:
		parse_perm(n, args[0]);
		break;
	case FIND_SAMEFILE:
		st = reference(p, args[0]);
		n->same.dev = st.st_dev;
		n->same.ino = st.st_ino;
		break;
	case FIND_FSTYPE:
		n->fstype = args[0];
		find_fstype(p->f, 0);
		break;
	case FIND_ACCESS:
		n->access = w->detail;
		break;
	case CONTEXT:
		die("invalid predicate -context: SELinux is not enabled.");
	}
}

/* -newerXY. Returns whether `name` is one. */
static bool parse_newer_xy(struct parser *p, const char *name)
{
	struct find_node *n;

	if (strncmp(name, "-newer", 6) != 0 || strlen(name) != 8)
		return false;
	if (!strchr("aBcm", name[6]) || !strchr("aBcmt", name[7]))
		die("invalid predicate `%s'", name);
	if (!*p->argv)
		die("The %s test needs an argument", quote(name));
	n = add(p, FIND_NEWER, name);
	parse_newer(p, n, name[6], name[7], *p->argv++);
	return true;
}

static const struct word *find_word(const char *name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

/* Whether an argument begins the expression. */
static bool begins_expression(const char *arg)
{
	return (arg[0] == '-' && arg[1]) || strcmp(arg, "(") == 0 || strcmp(arg, "!") == 0;
}

/* Takes one word of the expression with its arguments. */
static void parse_word(struct parser *p)
{
	const char *name = *p->argv++;
	const struct word *w = find_word(name);
	struct find_node *n;
	char **args = p->argv;

	if (!w && !begins_expression(name)) {
		warn("paths must precede expression: `%s'", name);
		if (access(name, F_OK) == 0)
			warn("possible unquoted pattern after predicate `%s'?", p->previous);
		leave(1);
	}
	if (!w && parse_newer_xy(p, name)) {
		p->first = p->first ? p->first : name;
		p->previous = name;
		return;
	}
	if (!w)
		die("unknown predicate `%s'", name);
	for (size_t i = 0; i < w->args; i++)
		if (!*p->argv++) {
			if (i > 0)
				invalid(name, args[0]);
			if (w->kind >= FIND_GID && w->kind <= FIND_LINKS)
				invalid(name, name);
			die("missing argument to `%s'", name);
		}
	p->previous = name;
	if (w->kind > FIND_EXEC && w->kind < CONTEXT) {
		add(p, FIND_TRUE, name);
		switch (w->kind) {
		case OPTION:
			parse_option(p, w, args);
			break;
		case DAYSTART:
			set_daystart(p->f);
			break;
		case FOLLOW:
			p->f->follow = true;
			break;
		case REGEXTYPE:
			p->regex_type = parse_regex_type(args[0]);
			break;
		case WARN:
		case NOWARN:
			p->warn = w->kind == WARN;
			break;
		case HELP:
			print_help(this_applet());
			leave(0);
		case VERSION:
			print_version();
			leave(0);
		}
		return;
	}
	if (!p->first)
		p->first = name;
	n = add(p, w->kind, name);
	if (w->kind >= FIND_PRUNE && w->kind <= FIND_EXEC)
		parse_action(p, n, w, args);
	else
		parse_test(p, n, w, args);
}

/* ---- the tree ---- */

static struct find_node *parse_list(struct parser *p, const struct find_node *before);

static struct find_node *take(struct parser *p)
{
	struct find_node *n = p->at;

	p->at = n->right;
	n->right = NULL;
	return n;
}

static bool is_binary(const struct find_node *n)
{
	return n->kind == FIND_AND || n->kind == FIND_OR || n->kind == FIND_LIST;
}

/* Dies if no operand can begin here, behind `before` (NULL: at the beginning). */
static void expect_operand(const struct parser *p, const struct find_node *before)
{
	const struct find_node *n = p->at;

	if (!n && before && before->kind == FIND_OPEN)
		die("invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra "
		    "predicate after '%s'",
		    before->text);
	if (!n && p->acts)
		die("invalid expression");
	if (!n)
		die("expected an expression after '%s'", before ? before->text : "");
	if (is_binary(n))
		die("invalid expression; you have used a binary operator '%s' with nothing before it.",
		    n->text);
	if (n->kind == FIND_CLOSE && before && before->kind == FIND_OPEN)
		die("invalid expression; empty parentheses are not allowed.");
	if (n->kind == FIND_CLOSE && before)
		die("expected an expression between '%s' and ')'", before->text);
	if (n->kind == FIND_CLOSE)
		die("invalid expression; you have too many ')'");
}

/* Reads what operators stand between. `before` is the word before it. */
static struct find_node *parse_operand(struct parser *p, const struct find_node *before)
{
	struct find_node *n, *inner;

	expect_operand(p, before);
	n = take(p);
	if (n->kind == FIND_NOT) {
		n->left = parse_operand(p, n);
		return n;
	}
	if (n->kind != FIND_OPEN)
		return n;
	inner = parse_list(p, n);
	if (!p->at)
		die("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
	take(p);
	return inner;
}

/* Whether a test can be made before those on its left, and is cheaper. */
static bool goes_first(const struct find_node *n, const struct find_node *other)
{
	return n->kind > FIND_LIST && n->kind < FIND_TIME && other->kind >= FIND_TIME &&
	       other->kind < FIND_PRUNE;
}

/* Joins two by -a. A test of what is known goes before those tests that it comes right behind and that have to ask. */
static struct find_node *join(struct find_node *op, struct find_node *left, struct find_node *right)
{
	struct find_node *last = left->kind == FIND_AND ? left->right : left;

	op->kind = FIND_AND;
	op->left = left;
	op->right = right;
	if (!goes_first(right, last))
		return op;
	op->right = last;
	if (left->kind == FIND_AND) {
		struct find_node *inner = arena_new(struct find_node);

		op->left = join(inner, left->left, right);
	} else {
		op->left = right;
	}
	return op;
}

static struct find_node *parse_and(struct parser *p, const struct find_node *before)
{
	struct find_node *left = parse_operand(p, before);

	while (p->at && p->at->kind != FIND_OR && p->at->kind != FIND_LIST && p->at->kind != FIND_CLOSE) {
		struct find_node *op = p->at->kind == FIND_AND ? take(p) : NULL;
		struct find_node *right = parse_operand(p, op ? op : before);

		left = join(op ? op : arena_new(struct find_node), left, right);
	}
	return left;
}

static struct find_node *parse_or(struct parser *p, const struct find_node *before)
{
	struct find_node *left = parse_and(p, before);

	while (p->at && p->at->kind == FIND_OR) {
		struct find_node *op = take(p);

		op->left = left;
		op->right = parse_and(p, op);
		left = op;
	}
	return left;
}

static struct find_node *parse_list(struct parser *p, const struct find_node *before)
{
	struct find_node *left = parse_or(p, before);

	while (p->at && p->at->kind == FIND_LIST) {
		struct find_node *op = take(p);

		op->left = left;
		op->right = parse_or(p, op);
		left = op;
	}
	return left;
}

/* Makes the tree, with the -print that is meant if nothing is done. */
static void make_tree(struct parser *p)
{
	struct find_node *print, *tree = NULL;

	p->at = p->list;
	if (p->at) {
		tree = parse_list(p, NULL);
		if (p->at)
			die("you have too many ')'");
	}
	if (!p->acts) {
		print = arena_new(struct find_node);
		print->kind = FIND_PRINT;
		print->print.sink = standard(p->f);
		tree = tree ? join(arena_new(struct find_node), tree, print) : print;
	}
	p->f->root = tree;
}

/* ---- the whole ---- */

static void explain_debug(void)
{
	out_str("Valid arguments for -D:\n"
		"exec, opt, rates, search, stat, time, tree, all, help\n"
		"They are accepted, but only help does anything.\n");
	leave(0);
}

static void parse_debug(const char *arg)
{
	static const char *const known[] = { "exec", "opt",  "rates", "search", "stat",
					     "time", "tree", "all",   "help",   NULL };
	char *flags = arena_strdup(arg), *rest = flags, *flag;

	while ((flag = strtok_r(rest, ",", &rest))) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], flag) != 0)
			i++;
		if (!known[i])
			warn("Ignoring unrecognised debug flag %s", quote(flag));
		else if (strcmp(flag, "help") == 0)
			explain_debug();
	}
}

/* Reads the options before the starting points. Returns what follows. */
static char **parse_leading(struct find *f, char **argv)
{
	for (; *argv; argv++) {
		const char *arg = *argv;

		if (strcmp(arg, "--") == 0)
			return argv + 1;
		if (strcmp(arg, "-H") == 0 || strcmp(arg, "-L") == 0 || strcmp(arg, "-P") == 0) {
			f->follow = arg[1] == 'L';
			f->follow_roots = arg[1] == 'H';
		} else if (strcmp(arg, "-D") == 0) {
			if (!argv[1])
				die_usage("Missing argument after the -D option.");
			parse_debug(*++argv);
		} else if (strncmp(arg, "-O", 2) == 0) {
			if (!arg[2])
				die("The -O option must be immediately followed by a decimal integer");
			if (arg[2] < '0' || arg[2] > '9')
				die("Please specify a decimal number immediately after -O");
			if (arg[2 + strspn(arg + 2, "0123456789")])
				die("Invalid optimisation level %s", arg + 2);
		} else {
			break;
		}
	}
	return argv;
}

/* Reads the starting points of -files0-from. */
static char **read_files(struct parser *p, char **operands)
{
	const char *from = p->files, *shown = from;
	bool input = strcmp(from, "-") == 0;
	size_t len, n = 0, number = 1;
	char *text, **names;
	int fd;

	if (*operands) {
		warn("extra operand %s", quote(*operands));
		die("file operands cannot be combined with -files0-from");
	}
	if (input && p->asks)
		die("option -files0-from reading from standard input cannot be combined with -ok, -okdir\n");
	fd = open_input(from);
	if (fd < 0)
		die_errno("cannot open %s for reading", quote(from));
	if (input)
		shown = "(standard input)";
	text = read_file(fd, &len);
	if (!text)
		die_errno("%s: read error", quote(shown));
	close_file(fd);
	names = arena_array(char *, mem_count(text, 0, len) + 2);
	for (char *s = text; s < text + len; s += strlen(s) + 1, number++) {
		if (*s) {
			names[n++] = s;
			continue;
		}
		warn("%s:%zu: invalid zero-length file name", quote(shown), number);
		p->f->status = 1;
	}
	return names;
}

char **find_parse(struct find *f, char **argv)
{
	struct parser p = { .f = f };
	char **roots;
	size_t n = 0;

	f->max_depth = UINTMAX_MAX;
	f->posix = getenv("POSIXLY_CORRECT");
	f->utf8 = locale_is_utf8();
	f->widths = (struct find_widths){ 9, 6, 3, 8, 8, 8 };
	f->limit = 131072;
	clock_gettime(CLOCK_REALTIME, &f->now);
	f->origin = f->now;
	p.warn = isatty(STDIN_FILENO) && !f->posix;
	p.end = &p.list;
	argv = parse_leading(f, argv);
	while (argv[n] && !begins_expression(argv[n]))
		n++;
	roots = arena_array(char *, n + 2);
	memcpy(roots, argv, n * sizeof(*roots));
	p.argv = argv + n;
	while (*p.argv)
		parse_word(&p);
	make_tree(&p);
	if (p.deletes && p.prunes && !p.explicit_depth)
		die("The -delete action automatically turns on -depth, but -prune does nothing when -depth is in "
		    "effect.  If you want to carry on anyway, just explicitly use the -depth option.");
	if (p.files)
		return read_files(&p, roots);
	if (n == 0)
		roots[0] = arena_strdup(".");
	return roots;
}
