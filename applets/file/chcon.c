/* chcon - change the security context of files
 *
 * usage: chcon [OPTION]... CONTEXT FILE...
 * usage: chcon [OPTION]... [-u USER] [-r ROLE] [-l RANGE] [-t TYPE] FILE...
 * usage: chcon [OPTION]... --reference=RFILE FILE...
 *
 *       --dereference        change what a symbolic link leads to, as without this
 *   -h, --no-dereference     change the link itself
 *   -u, --user=USER          change the user of the context
 *   -r, --role=ROLE          change its role
 *   -t, --type=TYPE          change its type
 *   -l, --range=RANGE        change its range
 *       --no-preserve-root   treat / as any other directory, as without this
 *       --preserve-root      refuse to work on / recursively
 *       --reference=RFILE    take the context of RFILE
 *   -R, --recursive          change files and all that is below directories
 *   -v, --verbose            say what is done
 *   -H                       with -R, enter a FILE that is a symbolic link to a directory
 *   -L                       with -R, enter every symbolic link to a directory
 *   -P                       with -R, enter no symbolic link, as without this
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "chcon invocation"; SELinux keeps contexts in the attribute security.selinux
 */
#include <dirent.h>
#include <sys/xattr.h>
#include "libbb.h"
#include "walk.h"
#include "chcon.gen.h"

#define CONTEXT_ATTRIBUTE "security.selinux"

enum part { USER, ROLE, TYPE, RANGE, PARTS };

struct change {
	const char *context; /* all of it, or NULL: only the parts that are not NULL */
	const char *parts[PARTS];
	bool verbose, dereference;
	int status;
};

/* The context of a file, in the arena; NULL with errno set if it has none. */
static char *get_context(const char *path, bool dereference)
{
	size_t size = 256;

	for (;;) {
		char *text = arena_alloc(size + 1);
		ssize_t n = dereference ? getxattr(path, CONTEXT_ATTRIBUTE, text, size)
					: lgetxattr(path, CONTEXT_ATTRIBUTE, text, size);

		if (n >= 0)
			return text;
		if (errno != ERANGE)
			return NULL;
		size *= 4;
	}
}

static int set_context(const char *path, const char *context, bool dereference)
{
	size_t len = strlen(context) + 1;

	return dereference ? setxattr(path, CONTEXT_ATTRIBUTE, context, len, 0)
			   : lsetxattr(path, CONTEXT_ATTRIBUTE, context, len, 0);
}

/* Returns `old` with the parts that are asked for, or NULL if it has too few parts. */
static const char *with_parts(const struct change *c, const char *old)
{
	char *rest = arena_strdup(old);
	const char *part[PARTS] = { NULL };

	for (int i = 0; i < PARTS && rest; i++)
		part[i] = i == RANGE ? rest : strsep(&rest, ":");
	if (!part[TYPE])
		return NULL;
	for (int i = 0; i < PARTS; i++)
		if (c->parts[i])
			part[i] = c->parts[i];
	return arena_printf("%s:%s:%s%s%s", part[USER], part[ROLE], part[TYPE], part[RANGE] ? ":" : "",
			    part[RANGE] ? part[RANGE] : "");
}

static void change_file(struct change *c, const char *path)
{
	const char *context = c->context, *old;

	if (!context) {
		old = get_context(path, c->dereference);
		if (!old && errno != ENODATA) {
			warn_errno("failed to get security context of %s", quote_file(path));
			c->status = 1;
			return;
		}
		if (!old) {
			warn("can't apply partial context to unlabeled file %s", quote_file(path));
			c->status = 1;
			return;
		}
		context = with_parts(c, old);
		if (!context) {
			warn_code(EINVAL, "failed to create security context: %s", quote(old));
			c->status = 1;
			return;
		}
		if (strcmp(context, old) == 0)
			return;
	}
	if (set_context(path, context, c->dereference) < 0) {
		warn_errno("failed to change context of %s to %s", quote_file(path), quote(context));
		c->status = 1;
	}
}

/* Whether something stands against changing an entry, which is reported. */
static bool refused(struct change *c, struct walk *w, const struct walk_entry *e, const struct stat *slash)
{
	if (e->kind == WALK_ERROR) {
		const char *problem = e->type == DT_DIR ? "cannot read directory %s" : "cannot access %s";

		warn_code(e->error, problem, quote_file(e->path));
		c->status = 1;
		return e->type != DT_DIR;
	}
	if (slash && e->kind == WALK_DIR && walk_at_slash(w, slash)) {
		c->status = 1;
		walk_skip(w);
		return true;
	}
	return e->kind == WALK_LOOP;
}

static void change_all(struct change *c, char **files, unsigned flags, const struct stat *slash)
{
	const struct walk_entry *e;
	struct walk w = { 0 };

	walk_open(&w, files, flags);
	while ((e = walk_next(&w))) {
		struct arena_mark mark = arena_mark();

		if (refused(c, &w, e, slash) || e->kind == WALK_DIR) {
			arena_release(mark);
			continue;
		}
		if (c->verbose)
			out_fmt("changing security context of %s\n", quote_file(e->path));
		change_file(c, e->path);
		arena_release(mark);
	}
}

/* Sets how links are followed. Returns flags for walk_open(). */
static unsigned choose_links(struct change *c, const struct chcon_options *opt)
{
	bool all = opt->L > opt->H && opt->L > opt->P, roots = opt->H > opt->L && opt->H > opt->P;
	int wanted = opt->dereference > opt->no_dereference ? 1 : opt->no_dereference ? 0 : -1;

	c->dereference = wanted != 0;
	if (!opt->recursive)
		return WALK_ONLY_ROOTS | (c->dereference ? WALK_FOLLOW_ROOTS : 0);
	if (!all && !roots) {
		if (wanted == 1)
			die("-R --dereference requires either -H or -L");
		c->dereference = false;
	} else if (wanted == 0) {
		die("-R -h requires -P");
	}
	return all ? WALK_FOLLOW : roots ? WALK_FOLLOW_ROOTS : 0;
}

int chcon_main(struct chcon_options *opt, char **files)
{
	struct change c = { .verbose = opt->verbose,
			    .parts = { opt->user, opt->role, opt->type, opt->range } };
	bool partial = opt->user || opt->role || opt->type || opt->range;
	unsigned flags = choose_links(&c, opt);
	bool own = !opt->reference && !partial;
	struct stat slash;

	if (!*files || (own && !files[1]))
		die_missing_operand(*files);
	if (opt->reference) {
		c.context = get_context(opt->reference, true);
		if (!c.context)
			die_errno("failed to get security context of %s", quote_file(opt->reference));
	} else if (own) {
		c.context = *files++;
	}
	if (opt->reference && partial)
		die_usage("conflicting security context specifiers given");
	if (opt->recursive && opt->preserve_root > opt->no_preserve_root && lstat("/", &slash) < 0)
		die_errno("failed to get attributes of %s", quote_file("/"));
	change_all(&c, files, flags,
		   opt->recursive && opt->preserve_root > opt->no_preserve_root ? &slash : NULL);
	return c.status;
}
