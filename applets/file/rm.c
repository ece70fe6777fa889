/* rm - remove files and, if asked, whole trees
 *
 * usage: rm [OPTION]... [FILE]...
 *
 *   -f, --force                do not ask, and pass over files that do not exist
 *   -i                         ask before each removal
 *   -I                         ask once, before removing more than three files or a tree
 *       --interactive[=WHEN]...  ask never, once (-I) or always (-i, also without WHEN)
 *       --one-file-system      leave out directories on another file system than their argument
 *       --no-preserve-root     remove / like any other directory
 *       --preserve-root[=all]  refuse to remove / (the default); with all, also any argument that
 *                              is on another file system than its parent
 *   -r, -R, --recursive        remove directories and all that is in them
 *   -d, --dir                  remove empty directories
 *   -v, --verbose              say what was removed
 *
 * A FILE that begins with - is removed by `rm -- -name' or `rm ./-name'.
 *
 * install: /bin
 * options: manual
 * hidden: ---presume-input-tty
 * follows: POSIX.1-2024 rm; GNU coreutils manual, "rm invocation"
 */
#include <dirent.h>
#include "libbb.h"
#include "backup.h"
#include "rm.gen.h"
#include "walk.h"

/* When to ask: about files that are write-protected if standard input is a terminal, or about all. */
enum asking { NEVER, SOMETIMES, ALWAYS };

/* A removal in progress. */
struct removal {
	const struct rm_options *opt;
	enum asking asking;
	bool once;           /* -I */
	bool ignore_missing; /* -f */
	bool tty;            /* standard input can answer */
	bool asked;          /* the directory that came last is empty, and may go */
	int unreadable;      /* why the directory that came last could not be read, or 0 */
	size_t marked;       /* so many of the directories around the current one are not to be removed */
	struct stat slash;   /* the status of / */
	dev_t device;        /* of the current root */
	struct walk walk;
	int status;
};

/* Makes the directories around an entry stay, without a message about each. */
static void mark(struct removal *r, size_t level)
{
	if (r->marked < level)
		r->marked = level;
}

/* Reports that an entry cannot be removed, unless it is missing and may be. */
static void fail(struct removal *r, const struct walk_entry *e, int code)
{
	if (r->ignore_missing && (code == ENOENT || code == ENOTDIR || code == EILSEQ || code == EINVAL))
		return;
	warn_code(code, "cannot remove %s", quote_file(e->path));
	r->status = 1;
}

/* Asks about an entry, if need be, whether it may be removed or `descend`ed into. False also when it cannot be
 * asked about, which is reported. */
static bool allowed(struct removal *r, const struct walk_entry *e, bool descend)
{
	const struct stat *st;
	bool protected = false;

	if (r->asking == NEVER || (r->asking == SOMETIMES && !r->tty))
		return true;
	if (e->type != DT_LNK && faccessat(e->dir, e->name, W_OK, AT_EACCESS) < 0)
	protected = errno == EACCES;
	if (!protected && r->asking != ALWAYS)
		return true;
	st = walk_stat(&r->walk);
	if (!st) {
		fail(r, e, errno);
		return false;
	}
	return confirm(arena_printf("%s %s%s %s", descend ? "descend into" : "remove",
				    protected ? "write-protected " : "", file_kind(st), quote_file(e->path)));
}

/* Removes a file, or a directory that was emptied. */
static void remove_entry(struct removal *r, const struct walk_entry *e, bool directory)
{
	int code;

	if (unlinkat(e->dir, e->name, directory ? AT_REMOVEDIR : 0) == 0) {
		if (r->opt->verbose)
			out_fmt("removed %s%s\n", directory ? "directory " : "", quote_file(e->path));
		return;
	}
	code = errno;
	if (r->unreadable && (code == ENOTEMPTY || code == EEXIST || code == ENOTDIR))
		code = r->unreadable;
	if (e->kind == WALK_ERROR && code == EROFS)
		code = e->error;
	fail(r, e, code);
	mark(r, e->level);
}

static bool ends_in_dots(const char *path)
{
	size_t len = strlen(path);
	char *copy;
	const char *slash;

	while (len > 1 && path[len - 1] == '/')
		len--;
	copy = arena_memdup(path, len);
	slash = strrchr(copy, '/');
	return is_dot_or_dotdot(slash ? slash + 1 : copy);
}

/* Whether the root directory `e` is on another file system than its parent, or it cannot be told; reported. */
static bool is_mount_point(const struct walk_entry *e, dev_t device)
{
	struct stat st;
	const char *parent = arena_printf("%s/..", e->path);

	if (stat(parent, &st) < 0) {
		warn_errno("failed to stat %s: skipping %s", quote_file(parent), quote_file(e->path));
		return true;
	}
	if (st.st_dev == device)
		return false;
	warn("skipping %s, since it's on a different device", quote_file(e->path));
	warn("and --preserve-root=all is in effect");
	return true;
}

/* Whether a directory of the command line is one that is never removed; reported. */
static bool is_precious(struct removal *r, const struct walk_entry *e)
{
	const struct stat *st;

	if (ends_in_dots(e->path)) {
		warn("refusing to remove %s or %s directory: skipping %s", quote_file("."), quote_file(".."),
		     quote_file(e->path));
		return true;
	}
	st = walk_stat(&r->walk);
	if (!st) {
		fail(r, e, errno);
		return true;
	}
	r->device = st->st_dev;
	if (r->opt->no_preserve_root <= r->opt->preserve_root_at && walk_at_slash(&r->walk, &r->slash))
		return true;
	return r->opt->preserve_root && is_mount_point(e, st->st_dev);
}

/* Whether a directory is to be entered, or being empty to be removed. What stands against it is reported. */
static bool may_enter(struct removal *r, const struct walk_entry *e)
{
	const struct stat *st;
	bool ask = r->asking == ALWAYS || (r->asking == SOMETIMES && r->tty);
	bool empty = (ask || !r->opt->recursive) && dir_is_empty(e->dir, e->name) == 1;

	if (!r->opt->recursive && (!r->opt->dir || !empty)) {
		fail(r, e, r->opt->dir ? ENOTEMPTY : EISDIR);
		return false;
	}
	if (e->level == 0 && is_precious(r, e)) {
		r->status = 1;
		return false;
	}
	if (r->opt->one_file_system && e->level > 0 && (st = walk_stat(&r->walk)) &&
	    st->st_dev != r->device) {
		warn("skipping %s, since it's on a different device", quote_file(e->path));
		r->status = 1;
		return false;
	}
	r->asked = empty;
	return allowed(r, e, !empty);
}

/* Leaves a directory: removes it unless something in it stays. */
static void leave_directory(struct removal *r, const struct walk_entry *e, bool asked)
{
	bool stays = e->level < r->marked;

	if (stays)
		r->marked = e->level;
	else if (asked || allowed(r, e, false))
		remove_entry(r, e, true);
	r->unreadable = 0;
}

static void remove_all(struct removal *r, char **roots)
{
	const struct walk_entry *e;

	walk_open(&r->walk, roots, WALK_TRIM_ROOTS);
	while ((e = walk_next(&r->walk))) {
		struct arena_mark mark_here = arena_mark();
		bool asked = r->asked;

		r->asked = false;
		if (e->level == 0 && e->kind != WALK_DIR_END)
			r->marked = 0;
		switch (e->kind) {
		case WALK_DIR:
			if (!may_enter(r, e)) {
				mark(r, e->level + 1);
				walk_skip(&r->walk);
			}
			break;
		case WALK_DIR_END:
			leave_directory(r, e, asked);
			break;
		case WALK_FILE:
			if (allowed(r, e, false))
				remove_entry(r, e, false);
			break;
		default:
			if (e->type == DT_DIR)
				r->unreadable = e->error;
			else if (allowed(r, e, false))
				remove_entry(r, e, false);
		}
		arena_release(mark_here);
	}
}

/* Dies as the option parser would at a letter that is no option, but with a hint if a file has such a name. */
static void check_options(char **argv)
{
	const char *word = "", *bad = "";
	struct stat st;

	for (char **arg = argv; *arg && strcmp(*arg, "--") != 0 && !*bad; arg++)
		if ((word = *arg)[0] == '-' && word[1] != '-')
			bad = word + 1 + strspn(word + 1, "dfirvIR");
	for (char **file = argv; *bad && *file; file++)
		if ((*file)[0] == '-' && (*file)[1] && lstat(*file, &st) == 0) {
			const char *hint = arena_printf(
				"Try '%s ./%s' to remove the file %s.\n", applet_name(),
				quote_style(*file, strlen(*file), QUOTE_SHELL, NULL, NULL),
				quote_file(*file));

			warn("invalid option -- '%c'", *bad);
			write_all(STDERR_FILENO, hint, strlen(hint));
			die_usage(NULL);
		}
}

/* Dies if --no-preserve-root was abbreviated. */
static void check_no_preserve_root(const struct rm_options *opt, char **argv)
{
	for (; opt->no_preserve_root && *argv && strcmp(*argv, "--") != 0; argv++)
		if (strncmp(*argv, "--n", 3) == 0 && strcmp(*argv, "--no-preserve-root") != 0)
			die("you may not abbreviate the --no-preserve-root option");
}

/* Sets what the last of -f, -i, -I and --interactive says. */
static void set_asking(struct removal *r, const struct rm_options *opt)
{
	static const char *const words[] = { "never", "no", "none", "once", "always", "yes", NULL };
	static const int values[] = { 0, 0, 0, 3, 4, 4 };
	unsigned last = opt->force;

	r->asking = opt->force ? NEVER : SOMETIMES;
	r->ignore_missing = opt->force;
	if (opt->i > last) {
		last = opt->i;
		r->asking = ALWAYS;
		r->ignore_missing = false;
	}
	if (opt->I > last) {
		last = opt->I;
		r->asking = SOMETIMES;
		r->ignore_missing = false;
	}
	r->once = opt->I && opt->I == last;
	for (size_t i = 0; i < opt->interactive.count; i++) {
		const struct option_item *item = &opt->interactive.items[i];
		int value = item->value ? choose(words, values, item->value, "--interactive") : 4;

		if (value != 0 && item->at > opt->force)
			r->ignore_missing = false;
		if (item->at < last)
			continue;
		r->asking = value == 0 ? NEVER : value == 3 ? SOMETIMES : ALWAYS;
		r->once = value == 3;
	}
}

/* Whether the user agrees to -I's one question, or it need not be asked. */
static bool confirm_once(const struct removal *r, size_t count)
{
	if (!r->once || (count <= 3 && !(r->opt->recursive && count > 0)))
		return true;
	return confirm(arena_printf("remove %zu argument%s%s", count, count == 1 ? "" : "s",
				    r->opt->recursive ? " recursively" : ""));
}

int rm_main(struct rm_options *opt, char **argv)
{
	struct removal r = { .opt = opt };
	char **files;
	size_t count = 0;

	check_options(argv);
	files = parse_options(this_applet(), opt, argv);
	check_no_preserve_root(opt, argv);
	if (opt->preserve_root && strcmp(opt->preserve_root, "all") != 0)
		die("unrecognized --preserve-root argument: %s", quote_file(opt->preserve_root));
	set_asking(&r, opt);
	if (!*files) {
		if (r.ignore_missing)
			return 0;
		die_missing_operand(NULL);
	}
	while (files[count])
		count++;
	if (!confirm_once(&r, count))
		return 0;
	if (lstat("/", &r.slash) < 0)
		die_errno("failed to get attributes of %s", quote_file("/"));
	r.tty = opt->_presume_input_tty || isatty(STDIN_FILENO);
	remove_all(&r, files);
	return r.status;
}
