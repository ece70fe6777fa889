/* chmod - change the permissions of files
 *
 * usage: chmod [OPTION]... MODE[,MODE]... FILE...
 * usage: chmod [OPTION]... OCTAL-MODE FILE...
 * usage: chmod [OPTION]... --reference=RFILE FILE...
 *
 *   -c, --changes              as -v, but only about files that were changed
 *   -f, --silent, --quiet      leave out most error messages
 *   -v, --verbose              say of each file what was done
 *       --no-preserve-root     treat / like any other directory (the default)
 *       --preserve-root        refuse to change / recursively
 *   -R, --recursive            change also all that is in directories
 *       --reference=RFILE      use the mode of RFILE
 *
 * A MODE is [ugoa...][-+=][rwxXst...|ugo|OCTAL], more of which may follow, and be joined by commas.
 *
 * install: /bin
 * options: pure manual
 * follows: POSIX.1-2024 chmod; GNU coreutils manual, "chmod invocation"
 */
#include <dirent.h>
#include "libbb.h"
#include "chmod.gen.h"
#include "walk.h"

/* What is to be done to every file. */
struct changing {
	const struct chmod_options *opt;
	struct mode_change change;
	mode_t umask;
	bool explain; /* the mode looked like an option, and may not do what it seems to */
	struct walk walk;
	int status;
};

/* Gives an entry a mode; only for a root a link is followed. */
static int set_mode(const struct walk_entry *e, mode_t mode)
{
	return e->level > 0 ? set_mode_at(e->dir, e->name, mode) : fchmodat(e->dir, e->name, mode, 0);
}

static const char *shown(mode_t mode)
{
	char text[11];

	mode_string(mode, text);
	return arena_printf("%04o (%s)", (unsigned)mode & 07777, text + 1);
}

/* Says what came of a change from `old` to `now`, if that was asked for. */
static void tell(const struct changing *c, const struct walk_entry *e, mode_t old, mode_t now)
{
	mode_t is = now;
	struct stat st;

	if (!c->opt->verbose && !c->opt->changes)
		return;
	if (now & 07000 && fstatat(e->dir, e->name, &st, 0) == 0)
		is = st.st_mode;
	if ((old ^ is) & 07777)
		out_fmt("mode of %s changed from %s to %s\n", quote_file(e->path), shown(old), shown(now));
	else if (c->opt->verbose > c->opt->changes)
		out_fmt("mode of %s retained as %s\n", quote_file(e->path), shown(now));
}

/* Reports an error about an entry, unless -f. */
static void fail(struct changing *c, int code, const char *message, const struct walk_entry *e)
{
	c->status = 1;
	if (!c->opt->silent) {
		if (code)
			warn_code(code, message, quote_file(e->path));
		else
			warn(message, quote_file(e->path));
	}
	if (c->opt->verbose > c->opt->changes)
		out_fmt("%s could not be accessed\n", quote_file(e->path));
}

static void change(struct changing *c, const struct walk_entry *e)
{
	const struct stat *st = walk_stat(&c->walk);
	mode_t old, now, expected;

	if (!st) {
		fail(c, errno, "cannot access %s", e);
		walk_skip(&c->walk);
		return;
	}
	old = st->st_mode;
	now = mode_apply(&c->change, old, S_ISDIR(old), c->umask, NULL);
	if (set_mode(e, now) < 0) {
		if (!c->opt->silent)
			warn_errno("changing permissions of %s", quote_file(e->path));
		c->status = 1;
		if (c->opt->verbose > c->opt->changes)
			out_fmt("failed to change mode of %s from %s to %s\n", quote_file(e->path),
				shown(old), shown(now));
		return;
	}
	tell(c, e, old, now);
	if (!c->explain)
		return;
	expected = mode_apply(&c->change, old, S_ISDIR(old), 0, NULL);
	if (now & ~expected) {
		char is[11], should[11];

		mode_string(now, is);
		mode_string(expected, should);
		warn("%s: new permissions are %s, not %s", quote_maybe(e->path), is + 1, should + 1);
		c->status = 1;
	}
}

static void change_all(struct changing *c, char **roots)
{
	const struct walk_entry *e;
	struct stat slash;
	bool careful = c->opt->recursive && c->opt->preserve_root > c->opt->no_preserve_root;

	if (careful && lstat("/", &slash) < 0)
		die_errno("failed to get attributes of %s", quote_file("/"));
	walk_open(&c->walk, roots,
		  WALK_TRIM_ROOTS | WALK_FOLLOW_ROOTS | (c->opt->recursive ? 0 : WALK_ONLY_ROOTS));
	while ((e = walk_next(&c->walk))) {
		if (e->kind == WALK_DIR_END)
			continue;
		if (e->kind == WALK_ERROR) {
			fail(c, e->error, e->type == DT_DIR ? "cannot read directory %s" : "cannot access %s",
			     e);
		} else if (e->type == DT_LNK && e->level == 0) {
			fail(c, 0, "cannot operate on dangling symlink %s", e);
		} else if (e->type == DT_LNK && walk_stat(&c->walk)) {
			if (c->opt->verbose > c->opt->changes)
				out_fmt("neither symbolic link %s nor referent has been changed\n",
					quote_file(e->path));
		} else if (careful && e->level == 0 && walk_at_slash(&c->walk, &slash)) {
			c->status = 1;
			walk_skip(&c->walk);
		} else {
			change(c, e);
		}
	}
}

/* Takes the words that look like options but are modes, `-w` or `-x,u+r`, out of the command line.
 * Returns them joined by commas, or NULL. */
static const char *take_modes(char **argv)
{
	struct buf modes = { 0 };
	char **to = argv;

	while (*argv && strcmp(*argv, "--") != 0) {
		const char *word = *argv;
		char next = word[0] == '-' && word[1] != '-' ? word[1 + strspn(word + 1, "Rcfv")] : 0;

		if (next && strchr("rwxXstugoa,+=01234567", next)) {
			if (modes.len)
				buf_char(&modes, ',');
			buf_str(&modes, word);
			argv++;
			continue;
		}
		if (word[0] != '-' && getenv("POSIXLY_CORRECT"))
			break;
		*to++ = *argv++;
		if (strncmp(word, "--ref", 5) == 0 && !strchr(word, '=') && *argv)
			*to++ = *argv++;
	}
	while (*argv)
		*to++ = *argv++;
	*to = NULL;
	return modes.data;
}

int chmod_main(struct chmod_options *opt, char **argv)
{
	struct changing c = { .opt = opt };
	const char *mode = take_modes(argv);
	char **files = parse_options(this_applet(), opt, argv);
	struct stat st;

	if (mode && opt->reference)
		die_usage("cannot combine mode and --reference options");
	c.explain = mode;
	if (!mode && !opt->reference && *files)
		mode = *files++;
	if (!*files)
		die_missing_operand(c.explain || opt->reference ? NULL : mode);
	if (opt->reference) {
		if (stat(opt->reference, &st) < 0)
			die_errno("failed to get attributes of %s", quote_file(opt->reference));
		mode_from(st.st_mode, &c.change);
	} else if (!mode_compile(mode, &c.change)) {
		die_usage("invalid mode: %s", quote(mode));
	}
	c.umask = umask(0);
	umask(c.umask);
	change_all(&c, files);
	return c.status;
}
