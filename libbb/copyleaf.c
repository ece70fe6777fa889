/* copyleaf.c - copying what is not a directory */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "arena.h"
#include "copytree_internal.h"
#include "in.h"
#include "out.h"
#include "path.h"
#include "quote.h"
#include "run.h"

bool copy_is_data(const struct copier *c, mode_t mode)
{
	const struct copy_options *opt = &c->opt;

	if (opt->link || opt->symbolic_link || S_ISDIR(mode) || S_ISLNK(mode))
		return false;
	return S_ISREG(mode) || !opt->recursive || opt->copy_contents;
}

static void tell(const struct copier *c, const struct copy_item *i)
{
	if (c->opt.verbose)
		copy_tell(c->opt.move ? "copied " : "", i);
}

/* Opens a source that is to be read. Its status is in i->st if `known`, else it is put there, and it must be a regular
 * file. Returns -1 after a message. */
static int open_source(struct copier *c, struct copy_item *i, bool known)
{
	bool regular = !known || S_ISREG(i->st.st_mode);
	int fd = open_file_at(i->from.dir, i->from.name,
			      O_RDONLY | (i->follow ? 0 : O_NOFOLLOW) | (regular ? O_NONBLOCK : 0), 0);
	struct stat st;

	if (fd < 0) {
		int code = errno;

		if (!i->remove)
			tell(c, i);
		warn_code(code, "cannot open %s for reading", quote_file(i->from.path));
		return -1;
	}
	if (fstat(fd, &st) < 0) {
		warn_errno("cannot fstat %s", quote_file(i->from.path));
		close_file(fd);
		return -1;
	}
	if (known ? st.st_ino != i->st.st_ino || st.st_dev != i->st.st_dev : !S_ISREG(st.st_mode)) {
		warn("skipping file %s, as it was replaced while being copied", quote_file(i->from.path));
		close_file(fd);
		return -1;
	}
	i->st = st;
	return fd;
}

/* Opens a destination that is there already, for new contents. */
static int open_existing(struct copier *c, const struct copy_item *i)
{
	bool keep = c->opt.attributes_only || c->opt.reflink == REFLINK_ALWAYS;

	return open_file_at(i->to.dir, i->to.name,
			    O_WRONLY | (keep ? 0 : O_TRUNC) | (S_ISLNK(i->old.st_mode) ? 0 : O_NOFOLLOW), 0);
}

/* Creates the destination. */
static int create(const struct copy_item *i, mode_t mode)
{
	int flags = O_WRONLY | O_CREAT;
	int fd = open_file_at(i->to.dir, i->to.name, flags | O_EXCL, mode);
	size_t len = strlen(i->to.name);
	struct stat st;

	if (fd >= 0)
		return fd;
	if (errno == EISDIR && len > 0 && i->to.name[len - 1] == '/')
		errno = ENOTDIR;
	if (errno == EEXIST && fstatat(i->to.dir, i->to.name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode)) {
		if (getenv("POSIXLY_CORRECT"))
			return open_file_at(i->to.dir, i->to.name, flags, mode);
		warn("not writing through dangling symlink %s", quote_file(i->to.path));
		errno = 0;
	}
	return fd;
}

/* Opens or creates the destination; *made tells which. Returns -1 after a message. */
static int open_destination(struct copier *c, struct copy_item *i, mode_t mode, bool *made)
{
	int fd = -1;

	*made = !i->exists || !i->has_target;
	if (!*made) {
		fd = open_existing(c, i);
		if (fd < 0 && c->opt.force) {
			if (unlinkat(i->to.dir, i->to.name, 0) < 0 && errno != ENOENT) {
				warn_errno("cannot remove %s", quote_file(i->to.path));
				return -1;
			}
			if (c->opt.verbose)
				out_fmt("removed %s\n", quote_file(i->to.path));
			*made = true;
		}
	}
	if (*made) {
		errno = 0;
		fd = create(i, mode);
	}
	if (fd < 0 && errno)
		warn_errno("cannot create regular file %s", quote_file(i->to.path));
	return fd;
}

/* Copies contents and attributes of a file that is read. `in` is -1 if only the attributes are wanted. */
static bool copy_data(struct copier *c, struct copy_item *i, int in)
{
	mode_t mode = c->opt.default_mode ? 0666 : i->st.st_mode & 0777;
	struct copy_attributes a = { i, in, -1, false, mode, c->opt.keep_owner ? mode & 077 : 0 };
	struct stat to = { .st_mode = S_IFREG, .st_dev = i->to_device };
	bool ok = true;

	a.out = open_destination(c, i, mode & ~a.extra, &a.made);
	if (a.out < 0)
		return false;
	if (in >= 0) {
		if ((!a.made || c->depth == 0) && fstat(a.out, &to) < 0) {
			warn_errno("cannot fstat %s", quote_file(i->to.path));
			ok = false;
		}
		ok = ok && copy_contents(c, i, in, a.out, &to);
	}
	ok = ok && copy_set_attributes(c, &a);
	if (close_file(a.out) < 0) {
		warn_errno("failed to close %s", quote_file(i->to.path));
		ok = false;
	}
	if (!ok && a.made && c->opt.move)
		unlinkat(i->to.dir, i->to.name, 0);
	return ok;
}

/* Makes a symbolic link with the text of the source, which is one. */
static bool copy_symlink(struct copier *c, struct copy_item *i)
{
	struct copy_attributes a = { i, -1, -1, true, 0, 0 };
	char *text = read_link(i->from.dir, i->from.name);

	if (!text) {
		warn_errno("cannot read symbolic link %s", quote_file(i->from.path));
		return false;
	}
	if (symlinkat(text, i->to.dir, i->to.name) < 0) {
		warn_errno("cannot create symbolic link %s", quote_file(i->to.path));
		return false;
	}
	if (c->opt.many)
		copy_remember(c, KEY_SYMLINK, i->to.path, "");
	return copy_set_attributes(c, &a);
}

/* Makes a fifo, a device or a socket like the source. */
static bool copy_node(struct copier *c, struct copy_item *i)
{
	mode_t mode = i->st.st_mode & 07777, extra = c->opt.keep_owner ? mode & 077 : 0;
	struct copy_attributes a = { i, -1, -1, true, mode, extra };

	if (c->opt.default_mode)
		mode &= ~(mode_t)0111;
	if (mknodat(i->to.dir, i->to.name, (i->st.st_mode & S_IFMT) | (mode & ~extra), i->st.st_rdev) < 0) {
		warn_errno("cannot create %s %s", S_ISFIFO(i->st.st_mode) ? "fifo" : "special file",
			   quote_file(i->to.path));
		return false;
	}
	return copy_set_attributes(c, &a);
}

/* Makes a link of either kind, in place of an existing file if `replace`. Returns false after a message. */
static bool make_link(const struct copy_item *i, const struct new_link *l, const char *target, bool replace)
{
	if (link_new(l) == 0 || (errno == EEXIST && replace && link_replacing(l) == 0))
		return true;
	warn_errno("cannot create %s %s to %s", l->text ? "symbolic link" : "hard link",
		   quote_file(i->to.path), quote_file(target));
	return false;
}

/* Whether an existing file may be replaced by a link: if asked for, or if a copy would replace it, too. */
static bool replaces(const struct copier *c, const struct copy_item *i)
{
	return c->opt.force || c->opt.remove_destination || c->opt.overwrite == OVERWRITE_ASK ||
	       (!S_ISREG(i->st.st_mode) && c->opt.follow == FOLLOW_NONE);
}

static bool link_source(struct copier *c, struct copy_item *i)
{
	struct new_link l = { i->to.dir,   i->to.name,   NULL,
			      i->from.dir, i->from.name, i->follow ? AT_SYMLINK_FOLLOW : 0 };

	return make_link(i, &l, i->from.path, replaces(c, i));
}

/* Whether the destination is in the current directory, or nowhere. */
static bool is_here(const struct place *to)
{
	const char *slash = strrchr(to->path, '/');
	struct stat here, there;

	if (!slash || stat(".", &here) < 0 || stat(path_dir(to->path), &there) < 0)
		return true;
	return here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

static bool symlink_source(struct copier *c, struct copy_item *i)
{
	struct new_link l = { .dir = i->to.dir, .name = i->to.name, .text = i->from.path };

	if (i->from.path[0] != '/' && !is_here(&i->to)) {
		warn("%s: can make relative symbolic links only in current directory",
		     quote_maybe(i->to.path));
		return false;
	}
	return make_link(i, &l, i->from.path, replaces(c, i));
}

/* Opens the directory that the path of an earlier copy ends in, a component at a time and through no link but in what was
 * given as the destination. Returns -1 with errno set; *name gets the last component. */
static int open_parent(const struct copier *c, const char *path, const char **name)
{
	int dir = c->root_dir;
	size_t given = c->root_dir == AT_FDCWD ? strlen(c->root_to) : 0;

	path += c->root_prefix;
	for (;;) {
		const char *slash = strchr(path + given, '/');
		int fd;

		*name = path;
		if (!slash)
			return dir;
		fd = open_file_at(dir, arena_memdup(path, (size_t)(slash - path)),
				  O_PATH | O_DIRECTORY | (given ? 0 : O_NOFOLLOW), 0);
		if (dir != c->root_dir)
			close_file(dir);
		if (fd < 0)
			return -1;
		dir = fd;
		path = slash + 1;
		given = 0;
	}
}

/* Makes the destination a link to `earlier`, the path of the copy of another link to the source. */
static bool link_to_copy(struct copier *c, struct copy_item *i, const char *earlier)
{
	const char *slash = c->depth ? strrchr(i->to.path, '/') : NULL;
	size_t prefix = slash ? (size_t)(slash + 1 - i->to.path) : 0;
	struct new_link l = { i->to.dir, i->to.name, NULL, i->to.dir, earlier + prefix, 0 };
	bool ok;

	if (!slash || strncmp(earlier, i->to.path, prefix) != 0 || strchr(l.from, '/'))
		l.from_dir = open_parent(c, earlier, &l.from);
	if (l.from_dir == -1) {
		warn_errno("cannot create hard link %s to %s", quote_file(i->to.path), quote_file(earlier));
		return false;
	}
	ok = make_link(i, &l, earlier, true);
	if (l.from_dir != i->to.dir && l.from_dir != c->root_dir)
		close_file(l.from_dir);
	return ok;
}

/* Makes what is to be at the destination, now that nothing is in the way. */
static bool make_plainly(struct copier *c, struct copy_item *i, int in)
{
	mode_t mode = i->st.st_mode;

	if (c->opt.symbolic_link)
		return symlink_source(c, i);
	if (c->opt.link)
		return link_source(c, i);
	if (i->data)
		return copy_data(c, i, in);
	return S_ISLNK(mode) ? copy_symlink(c, i) : copy_node(c, i);
}

/* The same; but what mv replaces stays until all of the new file is there. */
static bool make(struct copier *c, struct copy_item *i, int in)
{
	struct place to = i->to;

	if (!c->opt.move || !i->exists)
		return make_plainly(c, i, in);
	i->to.name = temporary_name(to.name);
	i->exists = i->has_target = false;
	if (make_plainly(c, i, in)) {
		if (renameat(to.dir, i->to.name, to.dir, to.name) == 0) {
			i->to = to;
			return true;
		}
		warn_errno("cannot move %s to %s", quote_file(i->from.path), quote_file(to.path));
	}
	unlinkat(to.dir, i->to.name, 0);
	i->to = to;
	return false;
}

/* Whether other links to the source are worth remembering: there are some, or it was named and may be named again. */
static bool has_links(const struct copier *c, const struct copy_item *i)
{
	return c->opt.keep_links && !c->opt.link && !c->opt.symbolic_link &&
	       (i->st.st_nlink > 1 || (i->follow && c->opt.follow != FOLLOW_NONE));
}

/* Copies a file that is not a directory and that may be copied. `in` is the open source, or -1. */
static bool copy_judged_leaf(struct copier *c, struct copy_item *i, int in)
{
	const char *earlier = NULL;
	bool ok;

	if (i->data && in < 0 && !c->opt.attributes_only) {
		in = open_source(c, i, true);
		if (in < 0)
			return false;
	}
	ok = copy_make_way(c, i);
	if (ok && has_links(c, i)) {
		earlier = copy_known_file(c, KEY_LINKED, &i->st);
		if (!earlier)
			copy_remember_file(c, KEY_LINKED, &i->st, i->to.path);
	}
	if (ok && !(earlier && c->opt.move))
		tell(c, i);
	if (ok) {
		ok = earlier ? link_to_copy(c, i, earlier) : make(c, i, in);
		if (!ok) {
			copy_give_back(i);
			if (!earlier)
				copy_forget_file(c, KEY_LINKED, &i->st);
		}
	}
	if (in >= 0)
		close_file(in);
	if (ok && c->opt.many && i->root)
		copy_remember(c, KEY_MADE, i->to.path, "");
	return ok;
}

/* After -u left a file alone: links to its source are to be links to it, or it one to an earlier copy. */
static bool link_up_to_date(struct copier *c, struct copy_item *i)
{
	const char *earlier;

	if (!c->opt.update || !has_links(c, i))
		return true;
	earlier = copy_known_file(c, KEY_LINKED, &i->st);
	if (earlier) {
		if (c->opt.verbose)
			out_fmt("removed %s\n", quote_file(i->to.path));
		return link_to_copy(c, i, earlier);
	}
	copy_remember_file(c, KEY_LINKED, &i->st, i->to.path);
	return true;
}

bool copy_leaf(struct copier *c, struct copy_item *i, bool straight)
{
	int in = -1;

	if (straight) {
		i->data = true;
		in = open_source(c, i, false);
		if (in < 0)
			return false;
	} else {
		i->data = copy_is_data(c, i->st.st_mode);
		if (!i->fresh)
			switch (copy_judge(c, i)) {
			case COPY_FAILED:
				return false;
			case COPY_NOT:
				return link_up_to_date(c, i);
			case COPY_IT:
				break;
			}
	}
	return copy_judged_leaf(c, i, in);
}
