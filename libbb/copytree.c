/* copytree.c - copying trees: the walk of the source, and the directories of the destination */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "arena.h"
#include "buf.h"
#include "copytree_internal.h"
#include "in.h"
#include "out.h"
#include "path.h"
#include "quote.h"
#include "run.h"
#include "walk.h"

/* How many directories of the destination are open at most. */
enum { OPEN_DIRS = 32 };

/* A directory of the destination that is being filled. */
struct copy_level {
	int fd;                            /* -1: closed for now */
	bool path_only;                    /* fd is good for a path only, not for the attributes */
	bool skipped;                      /* not to be filled, nor finished */
	bool fresh;                        /* new, so that there is nothing in it but what is copied */
	struct copy_attributes attributes; /* without `item` */
	size_t path_len;                   /* of its own path */
	size_t name_at;                    /* where its name begins in that */
	dev_t device;
	ino_t inode;
	struct stat from; /* of the source */
};

struct copier *copy_begin(const struct copy_options *opt)
{
	struct copier *c = arena_new(struct copier);

	c->opt = *opt;
	c->umask = umask(0);
	umask(c->umask);
	c->privileged = geteuid() == 0;
	return c;
}

/* Whether the source directory is the one that is being copied to. */
static bool is_destination(const struct copier *c, const struct copy_item *i)
{
	if (!c->into || i->st.st_ino != c->into_inode || i->st.st_dev != c->into_device)
		return false;
	warn("cannot copy a directory, %s, into itself, %s", quote_file(c->root_from),
	     quote_file(c->root_to));
	return true;
}

/* Whether a directory on the command line was copied before: then *ok tells whether that is no error. */
static bool was_copied(struct copier *c, const struct copy_item *i, bool *ok)
{
	const char *earlier;

	if (!i->root || !c->opt.many)
		return false;
	earlier = copy_known_file(c, KEY_ROOT, &i->st);
	if (!earlier) {
		copy_remember_file(c, KEY_ROOT, &i->st, i->to.path);
		return false;
	}
	if (strcmp(earlier, i->to.path) == 0) {
		warn("warning: source directory %s specified more than once", quote_file(i->from.path));
		return true;
	}
	if (!c->opt.keep_links)
		return false;
	warn("will not create hard link %s to directory %s", quote_file(i->to.path), quote_file(earlier));
	*ok = false;
	return true;
}

/* Opens a directory of the destination as the level `l`. Returns false after a message. */
static bool open_level(const struct copy_item *i, struct copy_level *l)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
	struct stat st;

	l->fd = open_file_at(i->to.dir, i->to.name, flags, 0);
	if (l->fd < 0 && errno == EACCES) {
		l->path_only = true;
		l->fd = open_file_at(i->to.dir, i->to.name, flags | O_PATH, 0);
	}
	if (l->fd < 0 || fstat(l->fd, &st) < 0) {
		warn_errno("cannot access %s", quote_file(i->to.path));
		return false;
	}
	l->device = st.st_dev;
	l->inode = st.st_ino;
	return true;
}

/* Makes the directory, open to its owner until its contents are there. Returns false after a message. */
static bool make_directory(struct copier *c, const struct copy_item *i, struct copy_attributes *a)
{
	mode_t mode = c->opt.default_mode ? 0777 : i->st.st_mode & 01777, made;

	a->mode = mode;
	a->extra = (c->opt.keep_owner ? mode & 077 : c->opt.keep_mode ? mode & 022 : 0) | (0700 & ~mode);
	a->made = true;
	made = (mode & ~a->extra) | 0700;
	if (mkdirat(i->to.dir, i->to.name, made) < 0) {
		warn_errno("cannot create directory %s", quote_file(i->to.path));
		return false;
	}
	if (c->umask & 0700) {
		a->extra |= c->umask & 0700;
		fchmodat(i->to.dir, i->to.name, made & (~c->umask | 0700), 0);
	}
	if (c->opt.verbose && !c->opt.move)
		copy_tell("", i);
	else if (c->opt.verbose)
		out_fmt("created directory %s\n", quote_file(i->to.path));
	return true;
}

/* Whether links led from the source directory back to itself. */
static bool is_cycle(const struct copier *c, const struct copy_item *i)
{
	for (size_t k = 0; k < c->depth && c->opt.follow == FOLLOW_ALL; k++)
		if (c->levels[k].from.st_ino == i->st.st_ino && c->levels[k].from.st_dev == i->st.st_dev) {
			warn("cannot copy cyclic symbolic link %s", quote_file(i->from.path));
			return true;
		}
	return false;
}

/* Sees to it that the destination of a directory is there and can be filled. Returns false if it cannot. */
static bool prepare_directory(struct copier *c, struct copy_item *i, struct copy_level *l)
{
	if (is_destination(c, i) || is_cycle(c, i))
		return false;
	l->from = i->st;
	if (!i->fresh && copy_judge(c, i) != COPY_IT)
		return false;
	l->attributes = (struct copy_attributes){ .in = -1, .mode = i->st.st_mode & 07777 };
	l->fresh = !i->exists;
	if (!i->exists && !make_directory(c, i, &l->attributes))
		return false;
	if (!open_level(i, l))
		return false;
	if (i->root) {
		c->into = true;
		c->into_device = l->device;
		c->into_inode = l->inode;
	}
	return true;
}

static void push_level(struct copier *c, const struct copy_level *l)
{
	if (c->depth - c->oldest_open == OPEN_DIRS) {
		struct copy_level *oldest = &c->levels[c->oldest_open++];

		if (oldest->fd >= 0)
			close_file(oldest->fd);
		oldest->fd = -1;
	}
	c->levels = arena_reserve(c->levels, c->depth, &c->levels_size, sizeof(*c->levels));
	c->levels[c->depth++] = *l;
}

/* Opens level `at` again, from the one inside it. */
static void reopen_level(struct copier *c, size_t at, const char *path)
{
	struct copy_level *l = &c->levels[at];
	struct stat st;

	if (l->fd >= 0)
		return;
	l->fd = open_file_at(c->levels[at + 1].fd, "..", O_DIRECTORY | (l->path_only ? O_PATH : O_RDONLY), 0);
	if (l->fd < 0 || fstat(l->fd, &st) < 0)
		die_errno("cannot return to %s", quote_file(arena_memdup(path, l->path_len)));
	if (st.st_dev != l->device || st.st_ino != l->inode)
		die("%s was moved", quote_file(arena_memdup(path, l->path_len)));
	c->oldest_open = at;
}

/* Leaves a directory of the destination, giving it the attributes of the source. */
static bool pop_level(struct copier *c, struct copy_item *i)
{
	struct copy_level *l = &c->levels[c->depth - 1];
	bool ok = true;

	if (!l->skipped) {
		if (c->depth > 1)
			reopen_level(c, c->depth - 2, i->to.path);
		if (c->depth > 1)
			i->to.dir = c->levels[c->depth - 2].fd;
		i->st = l->from;
		l->attributes.item = i;
		l->attributes.out = l->path_only ? -1 : l->fd;
		ok = copy_set_attributes(c, &l->attributes);
		close_file(l->fd);
	}
	c->depth--;
	if (c->depth == 0)
		c->oldest_open = 0;
	return ok;
}

/* Copies a directory itself; its contents come with the next steps of the walk, if it did not fail. */
static bool copy_directory(struct copier *c, struct walk *w, struct copy_item *i, size_t path_len)
{
	struct copy_level l = { .fd = -1, .path_len = path_len };
	bool ok = true;

	l.name_at = (size_t)(i->to.name - i->to.path);
	l.skipped = was_copied(c, i, &ok);
	if (!l.skipped && !prepare_directory(c, i, &l)) {
		l.skipped = true;
		ok = false;
	}
	if (l.skipped)
		walk_skip(w);
	push_level(c, &l);
	return ok;
}

/* Copies a file of the command line, unless it was copied to the same place before. */
static bool copy_root_leaf(struct copier *c, struct copy_item *i)
{
	const char *id, *earlier;

	if (!c->opt.many || c->opt.install || c->opt.backup.kind != BACKUP_NONE)
		return copy_leaf(c, i, false);
	id = arena_printf("%ju:%ju", (uintmax_t)i->st.st_dev, (uintmax_t)i->st.st_ino);
	earlier = copy_known(c, KEY_SOURCE, i->to.path);
	if (earlier && strcmp(earlier, id) == 0) {
		warn("warning: source file %s specified more than once", quote_file(i->from.path));
		return true;
	}
	if (!earlier)
		copy_remember(c, KEY_SOURCE, i->to.path, id);
	return copy_leaf(c, i, false);
}

/* Copies what the walk has come to but for the end of a directory; the destination's path ends at `path_len`. */
static bool copy_entry(struct copier *c, struct walk *w, const struct walk_entry *e, struct copy_item *i,
		       size_t path_len)
{
	const struct stat *st;

	if (e->kind == WALK_ERROR) {
		warn_code(e->error, "cannot %s %s",
			  e->type == DT_DIR || strcmp(e->name, ".") == 0 ? "access" : "stat",
			  quote_file(e->path));
		return false;
	}
	if (i->fresh && e->type == DT_REG && copy_is_data(c, S_IFREG) && !c->opt.attributes_only)
		return copy_leaf(c, i, true);
	st = walk_stat(w);
	if (!st || (i->follow && S_ISLNK(st->st_mode))) {
		warn_code(st ? ENOENT : errno, "cannot stat %s", quote_file(e->path));
		return false;
	}
	i->st = *st;
	if (e->kind == WALK_DIR)
		return copy_directory(c, w, i, path_len);
	if (S_ISDIR(st->st_mode)) {
		warn("%somitting directory %s", c->opt.install ? "" : "-r not specified; ",
		     quote_file(e->path));
		return false;
	}
	return i->root ? copy_root_leaf(c, i) : copy_leaf(c, i, false);
}

/* Takes one step of the walk. `path` holds the path of the destination and is set to that of this step. */
static bool step(struct copier *c, struct walk *w, const struct walk_entry *e, struct buf *path, int dir)
{
	const struct copy_level *inside = c->depth ? &c->levels[c->depth - 1] : NULL;
	struct copy_item i = { .root = e->level == 0, .from = { e->dir, e->name, e->path } };
	size_t name_at = c->root_prefix;

	i.follow = c->opt.follow == FOLLOW_ALL || (c->opt.follow == FOLLOW_ROOTS && i.root);
	if (e->kind == WALK_DIR_END || e->kind == WALK_LOOP || (e->kind == WALK_ERROR && e->type == DT_DIR)) {
		buf_cut(path, inside->path_len);
		name_at = inside->name_at;
		dir = c->depth > 1 ? c->levels[c->depth - 2].fd : dir;
	} else if (inside) {
		buf_cut(path, inside->path_len);
		if (path->data[path->len - 1] != '/')
			buf_char(path, '/');
		name_at = path->len;
		buf_str(path, e->name);
		dir = inside->fd;
		i.fresh = inside->fresh;
		i.to_device = inside->device;
	}
	i.to = (struct place){ dir, path->data + name_at, path->data };
	i.backup_path = i.root ? c->root_backup : NULL;
	if (e->kind != WALK_DIR_END)
		return e->kind == WALK_LOOP || copy_entry(c, w, e, &i, path->len);
	return pop_level(c, &i);
}

bool copy_source(struct copier *c, const char *source, struct place to, const char *backup)
{
	char *roots[] = { arena_strdup(source), NULL };
	unsigned flags = WALK_TRIM_ROOTS | WALK_BY_INODE | (c->opt.recursive ? 0 : WALK_ONLY_ROOTS);
	const struct walk_entry *e;
	struct buf path = { 0 };
	struct walk w;
	bool ok = true;

	c->root_from = source;
	c->root_backup = backup;
	c->root_to = to.path;
	c->root_dir = to.dir;
	c->root_prefix = (size_t)(to.name - to.path);
	c->into = false;
	if (c->opt.follow != FOLLOW_NONE)
		flags |= c->opt.follow == FOLLOW_ALL ? WALK_FOLLOW : WALK_FOLLOW_ROOTS;
	if (c->opt.one_file_system)
		flags |= WALK_ONE_FS;
	buf_str(&path, to.path);
	walk_open(&w, roots, flags);
	while ((e = walk_next(&w)))
		ok &= step(c, &w, e, &path, to.dir);
	return ok;
}

struct parents {
	struct parents *outer;
	struct copy_item item;
	struct copy_attributes attributes;
};

/* Makes one directory of copy_parents(): `len` bytes of both names. Returns false after a message. */
static bool make_parent(struct copier *c, const char *source, size_t source_len, struct place to, size_t len,
			struct parents **made)
{
	struct parents *p = arena_new(struct parents);
	struct copy_item *i = &p->item;
	size_t prefix = (size_t)(to.name - to.path);
	bool verbose = c->opt.verbose, ok;
	struct stat st;

	i->from.dir = AT_FDCWD;
	i->from.name = i->from.path = arena_memdup(source, source_len);
	i->follow = true;
	i->to.dir = to.dir;
	i->to.path = arena_memdup(to.path, prefix + len);
	i->to.name = i->to.path + prefix;
	if (stat(i->from.path, &i->st) < 0 || (!S_ISDIR(i->st.st_mode) && (errno = ENOTDIR))) {
		warn_errno("failed to get attributes of %s", quote_file(i->from.path));
		return false;
	}
	if (fstatat(i->to.dir, i->to.name, &st, 0) == 0) {
		if (!S_ISDIR(st.st_mode))
			warn("%s exists but is not a directory", quote_file(i->to.path));
		return S_ISDIR(st.st_mode);
	}
	c->opt.verbose = false;
	ok = make_directory(c, i, &p->attributes);
	c->opt.verbose = verbose;
	if (!ok)
		return false;
	if (verbose)
		out_fmt("%s -> %s\n", i->from.path, i->to.path);
	p->attributes.item = i;
	p->attributes.in = p->attributes.out = -1;
	p->outer = *made;
	*made = p;
	return true;
}

bool copy_parents(struct copier *c, const char *source, struct place to, struct parents **made)
{
	size_t before = 0;

	*made = NULL;
	while (source[before] == '/')
		before++;
	for (const char *s = to.name; (s = strchr(s, '/')); s++) {
		size_t len = (size_t)(s - to.name);

		if (!make_parent(c, source, before + len, to, len, made))
			return false;
		s += strspn(s, "/") - 1;
	}
	return true;
}

bool copy_parents_done(struct copier *c, struct parents *made)
{
	bool ok = true;

	for (; made; made = made->outer)
		ok &= copy_set_attributes(c, &made->attributes);
	return ok;
}
