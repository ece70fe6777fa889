/* realpath - print canonical file names
 *
 * usage: realpath [OPTION]... FILE...
 *
 *   -e, --canonicalize-existing      all components must exist
 *   -m, --canonicalize-missing       nothing need exist or be a directory
 *   -L, --logical                    take out `..` components before following links
 *   -P, --physical                   follow links as they come (the default)
 *   -q, --quiet                      say nothing of most errors
 *       --relative-to=DIR            print names relative to DIR
 *       --relative-base=DIR          print absolute names, but relative ones below DIR
 *   -s, --strip, --no-symlinks       do not follow links
 *   -z, --zero                       end each name with a NUL, not a newline
 *
 * All components but the last must exist unless -e or -m says otherwise.
 *
 * install: /usr/bin
 * options: pure
 * follows: POSIX.1-2024 realpath; GNU coreutils manual, "realpath invocation"
 */
#include "libbb.h"
#include "path.h"
#include "realpath.gen.h"

struct task {
	enum canon_mode mode;
	bool logical, keep_links;
	const char *to;   /* --relative-to, canonical, or NULL */
	const char *base; /* --relative-base, canonical, or NULL */
	char end;
};

/* The canonical name in the way that was asked for, or NULL with errno set. */
static char *resolve(const struct task *t, const char *path)
{
	char *name = canonical_path(path, t->mode, t->keep_links || t->logical);

	if (name && t->logical)
		name = canonical_path(name, t->mode, false);
	return name;
}

/* Whether `name` is `dir` or below it. */
static bool is_below(const char *name, const char *dir)
{
	size_t len = strlen(dir);

	return len == 1 || (strncmp(name, dir, len) == 0 && (name[len] == '/' || name[len] == 0));
}

/* Writes how `name` is reached from the directory `from`. */
static void print_relative(const char *name, const char *from)
{
	size_t same = 0;
	const char *sep = "";

	for (size_t i = 0;; i++) {
		if ((from[i] == '/' || from[i] == 0) && (name[i] == '/' || name[i] == 0))
			same = i;
		if (from[i] != name[i] || from[i] == 0)
			break;
	}
	from += same;
	name += same;
	for (; *from; from++)
		if (*from == '/' && from[1]) {
			out_fmt("%s..", sep);
			sep = "/";
		}
	name += *name == '/';
	if (*name)
		out_fmt("%s%s", sep, name);
	else if (!*sep)
		out_char('.');
}

/* Writes the name of one FILE; returns the exit status. */
static int print_name(const struct task *t, const char *file, bool quiet)
{
	const char *name = resolve(t, file);

	if (!name) {
		if (!quiet)
			warn_errno("%s", quote_maybe(file));
		return 1;
	}
	if (!t->to || (t->base && !is_below(name, t->base)))
		out_str(name);
	else
		print_relative(name, t->to);
	out_char(t->end);
	return 0;
}

/* The canonical name of the DIR of an option; dies if there is none. */
static const char *directory(const struct task *t, const char *dir)
{
	const char *name = resolve(t, dir);
	struct stat st;

	if (name && t->mode == CANON_EXISTING && stat(name, &st) == 0 && !S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		name = NULL;
	}
	if (!name)
		die_errno("%s", quote_maybe(dir));
	return name;
}

int realpath_main(struct realpath_options *opt, char **argv)
{
	unsigned e = opt->canonicalize_existing, m = opt->canonicalize_missing;
	unsigned l = opt->logical, p = opt->physical, s = opt->strip;
	struct task t = { .mode = CANON_ALL_BUT_LAST, .end = opt->zero ? 0 : '\n' };
	int status = 0;

	if (e || m)
		t.mode = e > m ? CANON_EXISTING : CANON_MISSING;
	t.keep_links = s > p && s > l;
	t.logical = l > p && l > s;
	if (!*argv)
		die_missing_operand(NULL);
	if (opt->relative_to)
		t.to = directory(&t, opt->relative_to);
	if (opt->relative_base)
		t.base = directory(&t, opt->relative_base);
	if (t.base && !t.to)
		t.to = t.base;
	else if (t.base && !is_below(t.to, t.base))
		t.to = t.base = NULL;
	for (; *argv; argv++)
		status |= print_name(&t, *argv, opt->quiet);
	return status;
}
