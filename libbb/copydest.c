/* copydest.c - whether a source may be copied or moved to where it should go, and making way for it */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arena.h"
#include "copytree_internal.h"
#include "mode.h"
#include "out.h"
#include "path.h"
#include "quote.h"
#include "run.h"
#include "walk.h"

static bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* Gets the status of the directory that the name of `p` is in. */
static int stat_parent(const struct place *p, struct stat *st)
{
	const char *dir = path_dir(p->name);

	if (strcmp(dir, ".") == 0 && p->dir != AT_FDCWD)
		return fstat(p->dir, st);
	return fstatat(p->dir, dir, st, 0);
}

/* Whether the destination is opened, and a link there followed. */
static bool is_through(const struct copier *c, const struct copy_item *i)
{
	return i->data && !c->opt.remove_destination && c->opt.backup.kind == BACKUP_NONE && !c->opt.move;
}

/* Whether two places are the same entry of the same directory. */
static bool same_entry(const struct place *a, const struct place *b)
{
	struct stat a_dir, b_dir;

	return strcmp(path_base(a->name), path_base(b->name)) == 0 && stat_parent(a, &a_dir) == 0 &&
	       stat_parent(b, &b_dir) == 0 && same_inode(&a_dir, &b_dir);
}

/* Whether a link leads to the very entry `to`, not only to the same file. */
static bool leads_to(const struct place *from, const struct place *to)
{
	char path[PATH_MAX];
	struct place end = { AT_FDCWD, path, path };
	int fd = openat(from->dir, from->name, O_PATH | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = readlink(arena_printf("/proc/self/fd/%d", fd), path, sizeof(path) - 1);
	close(fd);
	if (n < 0)
		return true; /* cannot be told: better not to lose the file */
	path[n] = 0;
	return same_entry(&end, to);
}

/* Whether mv would lose the only copy of a file. */
static bool move_loses(const struct copier *c, const struct copy_item *i)
{
	struct stat end;

	if (S_ISDIR(i->st.st_mode) || c->opt.backup.kind != BACKUP_NONE)
		return same_entry(&i->from, &i->to);
	if (same_inode(&i->st, &i->old))
		return true;
	return S_ISLNK(i->st.st_mode) && fstatat(i->from.dir, i->from.name, &end, 0) == 0 &&
	       same_inode(&end, &i->old) && leads_to(&i->from, &i->to);
}

/* Whether copying a file would destroy it: because what is opened for writing is what is read, or because what has to
 * make way is the source, or is what the source leads to. */
static bool copy_loses(const struct copier *c, const struct copy_item *i)
{
	bool backup = c->opt.backup.kind != BACKUP_NONE, away = backup || c->opt.remove_destination;
	bool from_link = S_ISLNK(i->st.st_mode), to_link = S_ISLNK(i->old.st_mode);
	bool link_named = from_link;
	const struct stat *end = &i->st;
	struct stat source;

	if (c->opt.link && !S_ISDIR(i->st.st_mode))
		return false;
	if (from_link && fstatat(i->from.dir, i->from.name, &source, 0) == 0)
		end = &source;
	if (i->follow && fstatat(i->from.dir, i->from.name, &source, AT_SYMLINK_NOFOLLOW) == 0)
		link_named = S_ISLNK(source.st_mode);
	if (same_entry(&i->from, &i->to))
		return !(i->follow && link_named && away) || c->opt.symbolic_link;
	if (!i->has_target || !same_inode(end, &i->target))
		return false;
	if (to_link)
		return !away && !from_link && !c->opt.symbolic_link;
	if (link_named)
		return !(from_link && backup);
	return c->opt.symbolic_link ? !backup : !away;
}

/* Whether going on would lose the source. */
static bool loses(const struct copier *c, const struct copy_item *i)
{
	if (c->opt.overwrite == OVERWRITE_NOT)
		return false;
	if (c->opt.move)
		return move_loses(c, i);
	return (i->root || !S_ISDIR(i->st.st_mode)) && copy_loses(c, i);
}

/* Whether the destination is as new as the source, if times are kept to the precision that those of the destination
 * seem to be stored in. */
static bool is_up_to_date(const struct copier *c, const struct copy_item *i)
{
	const struct stat *old = is_through(c, i) ? &i->target : &i->old;
	struct timespec from = i->st.st_mtim, to = old->st_mtim;
	long unit = 1;

	if (c->opt.keep_times) {
		while (unit < 1000000000 && (old->st_mtim.tv_nsec | old->st_ctim.tv_nsec) != 0 &&
		       old->st_mtim.tv_nsec % (10 * unit) == 0 && old->st_ctim.tv_nsec % (10 * unit) == 0)
			unit *= 10;
		from.tv_nsec -= from.tv_nsec % unit;
	}
	return from.tv_sec < to.tv_sec || (from.tv_sec == to.tv_sec && from.tv_nsec <= to.tv_nsec);
}

/* Whether permissions let the user write to the file; root may always. */
static bool is_writable(const struct place *p)
{
	return faccessat(p->dir, p->name, W_OK, AT_EACCESS) == 0;
}

/* Whether to ask: with -i, and mv does so about what is protected, if somebody can answer. */
static bool asks(const struct copier *c, const struct copy_item *i)
{
	if (!c->opt.move || c->opt.force || c->opt.overwrite == OVERWRITE_ASK)
		return c->opt.overwrite == OVERWRITE_ASK;
	return !S_ISLNK(i->old.st_mode) && !is_writable(&i->to) && isatty(STDIN_FILENO);
}

/* Asks whether to replace the destination. */
static bool ask(const struct copier *c, const struct copy_item *i)
{
	const struct stat *old = i->has_target ? &i->target : &i->old;
	const char *name = quote_file(i->to.path);
	char mode[11];

	if (S_ISLNK(i->old.st_mode) || is_writable(&i->to))
		return confirm(arena_printf("overwrite %s", name));
	mode_string(old->st_mode, mode);
	if (c->opt.move || c->opt.remove_destination || c->opt.force)
		return confirm(arena_printf("replace %s, overriding mode %04o (%s)", name,
					    (unsigned)(old->st_mode & 07777), mode + 1));
	return confirm(arena_printf("unwritable %s (mode %04o, %s); try anyway", name,
				    (unsigned)(old->st_mode & 07777), mode + 1));
}

static bool complain(const struct copy_item *i)
{
	warn_errno("cannot stat %s", quote_file(i->to.path));
	return false;
}

/* Looks at what is at the destination. Where a link is followed, one that leads nowhere is nothing. Returns false after a
 * message if that cannot be told. */
static bool look(const struct copier *c, struct copy_item *i)
{
	i->exists = i->has_target = false;
	if (fstatat(i->to.dir, i->to.name, &i->old, AT_SYMLINK_NOFOLLOW) == 0) {
		i->exists = true;
		i->has_target = true;
		i->target = i->old;
		if (S_ISLNK(i->old.st_mode)) {
			i->has_target = fstatat(i->to.dir, i->to.name, &i->target, 0) == 0;
			if (i->has_target || !is_through(c, i))
				return true;
			i->exists = false;
			return errno == ENOENT || complain(i);
		}
		return true;
	}
	return errno == ENOENT || complain(i);
}

/* Checks files against directories, and what this very copier has made. */
static bool fits(const struct copier *c, const struct copy_item *i)
{
	bool dir = S_ISDIR(i->st.st_mode), backup = c->opt.backup.kind != BACKUP_NONE;

	if (!dir && S_ISDIR((is_through(c, i) ? i->target : i->old).st_mode) && !(c->opt.move && backup)) {
		warn("cannot overwrite directory %s with non-directory", quote_file(i->to.path));
		return false;
	}
	if (dir && !S_ISDIR(i->old.st_mode) && !(c->opt.move && backup)) {
		warn("cannot overwrite non-directory %s with directory %s", quote_file(i->to.path),
		     quote_file(i->from.path));
		return false;
	}
	if (!c->opt.many || dir)
		return true;
	if (is_through(c, i) && S_ISLNK(i->old.st_mode) && copy_known(c, KEY_SYMLINK, i->to.path)) {
		warn("will not copy %s through just-created symlink %s", quote_file(i->from.path),
		     quote_file(i->to.path));
		return false;
	}
	if (c->opt.backup.kind != BACKUP_NUMBERED && copy_known(c, KEY_MADE, i->to.path)) {
		warn("will not overwrite just-created %s with %s", quote_file(i->to.path),
		     quote_file(i->from.path));
		return false;
	}
	return true;
}

enum copy_verdict copy_judge(struct copier *c, struct copy_item *i)
{
	const struct copy_options *opt = &c->opt;
	bool dir = S_ISDIR(i->st.st_mode);

	if (!look(c, i))
		return COPY_FAILED;
	if (!i->exists)
		return COPY_IT;
	if (!dir && !opt->move && same_inode(&i->st, &i->old) &&
	    (opt->link ||
	     (S_ISLNK(i->st.st_mode) && opt->backup.kind == BACKUP_NONE && !same_entry(&i->from, &i->to))))
		return COPY_NOT;
	if (loses(c, i)) {
		warn("%s and %s are the same file", quote_file(i->from.path), quote_file(i->to.path));
		return COPY_FAILED;
	}
	if (!dir || opt->move) {
		if (!dir && opt->update && is_up_to_date(c, i))
			return COPY_NOT;
		if (opt->overwrite == OVERWRITE_NOT || (asks(c, i) && !ask(c, i)))
			return COPY_NOT;
	}
	if (!fits(c, i))
		return COPY_FAILED;
	i->backed_up = opt->backup.kind != BACKUP_NONE && (!dir || opt->move) &&
		       !is_dot_or_dotdot(path_base(i->from.name));
	i->remove = i->backed_up ||
		    (!opt->move && !dir && !opt->link && !opt->symbolic_link &&
		     (opt->remove_destination ||
		      (!i->data && opt->follow == FOLLOW_NONE && !opt->attributes_only) ||
		      (opt->keep_links && (is_through(c, i) ? i->target : i->old).st_nlink > 1)));
	return COPY_IT;
}

/* Whether the backup would replace the source. */
static bool backup_hits_source(const struct copy_item *i, const char *name)
{
	struct stat st, source;

	return fstatat(i->to.dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(i->from.dir, i->from.name, &source, AT_SYMLINK_NOFOLLOW) == 0 &&
	       same_inode(&st, &source);
}

/* Renames the destination to its backup. */
static bool keep(struct copier *c, struct copy_item *i)
{
	char *name = backup_name(i->to.dir, i->to.name, &c->opt.backup);

	if (name && backup_hits_source(i, name)) {
		warn("backing up %s might destroy source;  %s not %s", quote_file(i->to.path),
		     quote_file(i->from.path), c->opt.move ? "moved" : "copied");
		return false;
	}
	i->backup = backup_file(i->to.dir, i->to.name, &c->opt.backup);
	if (!i->backup) {
		if (errno == ENOENT)
			return true;
		warn_errno("cannot backup %s", quote_file(i->to.path));
		return false;
	}
	i->backup_path = arena_printf("%.*s%s", (int)(i->to.name - i->to.path), i->to.path, i->backup);
	return true;
}

bool copy_make_way(struct copier *c, struct copy_item *i)
{
	if (!i->remove)
		return true;
	if (i->backed_up) {
		if (!keep(c, i))
			return false;
	} else {
		if (unlinkat(i->to.dir, i->to.name, 0) < 0 && errno != ENOENT) {
			warn_errno("cannot remove %s", quote_file(i->to.path));
			return false;
		}
		if (c->opt.verbose)
			out_fmt("removed %s\n", quote_file(i->to.path));
	}
	i->exists = i->has_target = false;
	return true;
}

void copy_give_back(const struct copy_item *i)
{
	if (i->backup && renameat(i->to.dir, i->backup, i->to.dir, i->to.name) < 0)
		warn_errno("cannot un-backup %s", quote_file(i->to.path));
}

void copy_tell(const char *what, const struct copy_item *i)
{
	struct arena_mark mark = arena_mark();

	out_fmt("%s%s -> %s", what, quote_file(i->from.path), quote_file(i->to.path));
	if (i->backup_path)
		out_fmt(" (backup: %s)", quote_file(i->backup_path));
	out_char('\n');
	if (std_out.fd >= 0)
		arena_release(mark);
}

void copy_moved(struct copier *c, const struct copy_item *i)
{
	if (c->opt.many)
		copy_remember(c, KEY_MADE, i->to.path, "");
}
