/* walk.c - walking file trees */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "arena.h"
#include "in.h"
#include "quote.h"
#include "walk.h"

enum { BUFFER = 32768 };

/* A directory that is being read. Once WALK_OPEN_DIRS deeper ones are open, what is left of its records is kept in memory
 * and it is closed, to be opened again when the walk comes back. */
struct walk_level {
	int fd; /* -1: closed for now */
	char *buf;
	size_t pos, end;
	bool aside;        /* buf is what put_aside() kept */
	bool read_all;     /* nothing is left to be read but what is in buf */
	bool through_link; /* .. does not lead back */
	size_t name_at;    /* where its own name begins in the path; 0 for a root */
	size_t outside;    /* length of its own path */
	size_t inside;     /* where the names of its entries begin */
	dev_t device;      /* known once it was closed, or where the flags need them */
	ino_t inode;
};

bool is_dot_or_dotdot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

ssize_t dir_read(int fd, void *buf, size_t size)
{
	return syscall(SYS_getdents64, fd, buf, size);
}

int dir_is_empty(int dir, const char *name)
{
	int fd = open_file_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK, 0), empty = 1;
	_Alignas(8) char records[1024];
	ssize_t n;

	if (fd < 0)
		return -1;
	while (empty == 1 && (n = dir_read(fd, records, sizeof(records))) != 0) {
		if (n < 0)
			empty = -1;
		for (char *p = records; empty == 1 && p < records + n;) {
			const struct dir_record *r = (const void *)p;

			empty = is_dot_or_dotdot(r->name);
			p += r->size;
		}
	}
	close_file(fd);
	return empty;
}

void walk_open(struct walk *w, char **roots, unsigned flags)
{
	*w = (struct walk){ .roots = roots, .flags = flags };
	buf_str(&w->path, "");
}

void walk_skip(struct walk *w)
{
	w->enter = false;
}

static bool follows(const struct walk *w)
{
	return w->flags & WALK_FOLLOW || (w->flags & WALK_FOLLOW_ROOTS && w->entry.level == 0);
}

const struct stat *walk_stat(struct walk *w)
{
	struct walk_entry *e = &w->entry;

	if (w->st_known)
		return &w->st;
	if (fstatat(e->dir, e->name, &w->st, follows(w) ? 0 : AT_SYMLINK_NOFOLLOW) < 0 &&
	    (!follows(w) || errno != ENOENT || fstatat(e->dir, e->name, &w->st, AT_SYMLINK_NOFOLLOW) < 0))
		return NULL;
	w->st_known = true;
	return &w->st;
}

bool walk_at_slash(struct walk *w, const struct stat *slash)
{
	const struct stat *st = walk_stat(w);
	const char *path = w->entry.path;

	if (!st || st->st_ino != slash->st_ino || st->st_dev != slash->st_dev)
		return false;
	warn("it is dangerous to operate recursively on %s%s", quote_file(path),
	     strcmp(path, "/") == 0 ? "" : arena_printf(" (same as %s)", quote_file("/")));
	warn("use --no-preserve-root to override this failsafe");
	return true;
}

static int dir_of(const struct walk *w)
{
	return w->depth ? w->levels[w->depth - 1].fd : AT_FDCWD;
}

static const struct walk_entry *give(struct walk *w, enum walk_kind kind, int error)
{
	w->entry.kind = kind;
	w->entry.error = error;
	w->entry.path = w->path.data;
	w->entry.path_len = w->path.len;
	w->enter = kind == WALK_DIR;
	return &w->entry;
}

/* Says what the entry is whose name was just put at the end of the path, at `name_at`. */
static const struct walk_entry *give_new(struct walk *w, size_t name_at, unsigned char type)
{
	struct walk_entry *e = &w->entry;
	const struct stat *st;

	e->dir = dir_of(w);
	e->level = w->depth;
	e->name = w->path.data + name_at;
	e->type = type;
	w->st_known = false;
	if (type == DT_UNKNOWN || (type == DT_LNK && follows(w))) {
		st = walk_stat(w);
		if (!st)
			return give(w, WALK_ERROR, errno);
		e->type = (unsigned char)((st->st_mode & S_IFMT) >> 12);
	}
	return give(w, e->type == DT_DIR && !(w->flags & WALK_ONLY_ROOTS) ? WALK_DIR : WALK_FILE, 0);
}

/* Takes what is left to be read of a directory into memory of the right size, and closes it. */
static void put_aside(struct walk *w, struct walk_level *l)
{
	struct buf rest = { 0 };
	struct stat st;

	if (fstat(l->fd, &st) < 0)
		die_errno("%s", quote_maybe(w->path.data));
	l->device = st.st_dev;
	l->inode = st.st_ino;
	buf_mem(&rest, l->buf + l->pos, l->end - l->pos);
	while (!l->read_all) {
		ssize_t n = dir_read(l->fd, buf_room(&rest, BUFFER), BUFFER);

		if (n <= 0)
			l->read_all = true;
		else
			rest.len += (size_t)n;
	}
	w->spare[w->spares++] = l->buf;
	l->buf = rest.data;
	l->aside = true;
	l->pos = 0;
	l->end = rest.len;
	close_file(l->fd);
	l->fd = -1;
}

/* What sorting by inode looks at: a record, by where it is. */
struct by_inode {
	uint64_t ino;
	size_t at;
};

static int compare_inodes(const void *a, const void *b)
{
	const struct by_inode *x = a, *y = b;

	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

static const struct dir_record *record_at(const char *buf, size_t at)
{
	return (const struct dir_record *)(const void *)(buf + at);
}

/* Reads all of a directory, and puts its records in order. What does not fit in the buffer gets memory of its own. */
static void read_by_inode(struct walk *w, struct walk_level *l)
{
	struct buf *all = &w->gathered;
	struct arena_mark mark;
	struct by_inode *order;
	size_t count = 0, i = 0;
	ssize_t n;

	all->len = 0;
	while ((n = dir_read(l->fd, buf_room(all, BUFFER), BUFFER)) > 0)
		all->len += (size_t)n;
	l->read_all = true;
	if (all->len > BUFFER) {
		w->spare[w->spares++] = l->buf;
		l->buf = arena_alloc(all->len);
		l->aside = true;
	}
	for (size_t at = 0; at < all->len; count++)
		at += record_at(all->data, at)->size;
	mark = arena_mark();
	order = arena_array(struct by_inode, count);
	for (size_t at = 0; i < count; at += record_at(all->data, at)->size)
		order[i++] = (struct by_inode){ record_at(all->data, at)->ino, at };
	qsort(order, count, sizeof(*order), compare_inodes);
	for (i = 0; i < count; i++) {
		const struct dir_record *r = record_at(all->data, order[i].at);

		memcpy(l->buf + l->end, r, r->size);
		l->end += r->size;
	}
	arena_release(mark);
}

/* Whether the directory now at the top, with these numbers, is one of those it is in. */
static bool contains_itself(const struct walk *w, const struct stat *st)
{
	for (size_t i = 0; i < w->depth; i++)
		if (w->levels[i].inode == st->st_ino && w->levels[i].device == st->st_dev)
			return true;
	return false;
}

/* Opens the directory that came last. NULL if it is entered, else what to give instead of its contents. */
static const struct walk_entry *enter(struct walk *w)
{
	struct walk_level level = { .name_at = (size_t)(w->entry.name - w->path.data) };
	int fd = open_file_at(w->entry.dir, w->entry.name,
			      O_RDONLY | O_DIRECTORY | O_NONBLOCK | (follows(w) ? 0 : O_NOFOLLOW), 0);

	if (fd < 0)
		return give(w, WALK_ERROR, errno);
	if (w->flags & (WALK_FOLLOW | WALK_FOLLOW_ROOTS | WALK_ONE_FS)) {
		struct stat st, link;

		if (fstat(fd, &st) < 0 ||
		    fstatat(w->entry.dir, w->entry.name, &link, AT_SYMLINK_NOFOLLOW) < 0)
			return give(w, WALK_ERROR, errno);
		level.through_link = S_ISLNK(link.st_mode);
		level.device = st.st_dev;
		level.inode = st.st_ino;
		if (w->depth == 0)
			w->root_device = st.st_dev;
		if (w->flags & WALK_FOLLOW && contains_itself(w, &st)) {
			close_file(fd);
			return give(w, WALK_LOOP, 0);
		}
		if (w->flags & WALK_ONE_FS && st.st_dev != w->root_device) {
			close_file(fd);
			return give(w, WALK_DIR_END, 0);
		}
	}
	level.fd = fd;
	if (w->depth - w->oldest_open == WALK_OPEN_DIRS)
		put_aside(w, &w->levels[w->oldest_open++]);
	level.buf = w->spares ? w->spare[--w->spares] : arena_alloc(BUFFER);
	if (w->flags & WALK_BY_INODE)
		read_by_inode(w, &level);
	level.outside = w->path.len;
	if (w->path.data[w->path.len - 1] != '/')
		buf_char(&w->path, '/');
	level.inside = w->path.len;
	w->levels = arena_reserve(w->levels, w->depth, &w->levels_size, sizeof(*w->levels));
	w->levels[w->depth++] = level;
	return NULL;
}

/* Opens level `i` again, from the one below it that is being left, or else from its root on. */
static void reopen(struct walk *w, size_t i, int from)
{
	struct walk_level *l = &w->levels[i];
	struct stat st;

	if (!w->levels[i + 1].through_link) {
		l->fd = open_file_at(from, "..", O_RDONLY | O_DIRECTORY, 0);
	} else {
		for (size_t k = 0; k <= i; k++) {
			size_t at = w->levels[k].name_at, len = w->levels[k].inside - at;
			int dir = l->fd;

			l->fd = open_file_at(k ? dir : AT_FDCWD, arena_memdup(w->path.data + at, len),
					     O_RDONLY | O_DIRECTORY, 0);
			if (k)
				close_file(dir);
		}
	}
	if (l->fd < 0 || fstat(l->fd, &st) < 0)
		die_errno("cannot return to %s", quote_file(arena_memdup(w->path.data, l->inside)));
	if (st.st_dev != l->device || st.st_ino != l->inode)
		die("%s was moved", quote_file(arena_memdup(w->path.data, l->inside)));
	w->oldest_open = i;
}

/* Leaves the innermost directory. */
static const struct walk_entry *leave_level(struct walk *w)
{
	struct walk_level *l = &w->levels[w->depth - 1];
	int fd = l->fd;

	if (w->depth > 1 && w->levels[w->depth - 2].fd < 0)
		reopen(w, w->depth - 2, fd);
	close_file(fd);
	if (!l->aside)
		w->spare[w->spares++] = l->buf;
	w->depth--;
	if (w->depth == 0)
		w->oldest_open = 0;
	buf_cut(&w->path, l->outside);
	w->entry.dir = dir_of(w);
	w->entry.level = w->depth;
	w->entry.name = w->path.data + l->name_at;
	w->entry.type = DT_DIR;
	w->st_known = false;
	return give(w, WALK_DIR_END, 0);
}

/* Returns the next record of the innermost directory, or NULL with errno 0 at its end. */
static const struct dir_record *next_record(struct walk_level *l)
{
	for (;;) {
		const struct dir_record *r;

		if (l->pos == l->end) {
			ssize_t n = l->read_all ? 0 : dir_read(l->fd, l->buf, BUFFER);

			l->pos = l->end = 0;
			if (n <= 0) {
				l->read_all = true;
				errno = n < 0 ? errno : 0;
				return NULL;
			}
			l->end = (size_t)n;
		}
		r = (const struct dir_record *)(const void *)(l->buf + l->pos);
		l->pos += r->size;
		if (!is_dot_or_dotdot(r->name))
			return r;
	}
}

/* Leaves one of the slashes at the end. */
static void trim_slashes(struct buf *path)
{
	while (path->len > 1 && path->data[path->len - 1] == '/' && path->data[path->len - 2] == '/')
		buf_cut(path, path->len - 1);
}

const struct walk_entry *walk_next(struct walk *w)
{
	const struct dir_record *r;
	struct walk_level *l;

	if (w->entry.kind == WALK_DIR && w->entry.path) {
		const struct walk_entry *e = NULL;

		if (!w->enter)
			return give(w, WALK_DIR_END, 0);
		e = enter(w);
		if (e)
			return e;
	} else if ((w->entry.kind == WALK_ERROR || w->entry.kind == WALK_LOOP) && w->entry.type == DT_DIR) {
		return give(w, WALK_DIR_END, 0);
	}
	if (w->depth == 0) {
		if (!*w->roots)
			return NULL;
		buf_cut(&w->path, 0);
		buf_str(&w->path, *w->roots++);
		if (w->flags & WALK_TRIM_ROOTS && w->path.len > 2)
			trim_slashes(&w->path);
		return give_new(w, 0, DT_UNKNOWN);
	}
	l = &w->levels[w->depth - 1];
	errno = 0;
	r = next_record(l);
	if (!r && errno == 0)
		return leave_level(w);
	buf_cut(&w->path, l->inside);
	if (!r) {
		w->entry.dir = l->fd;
		w->entry.name = ".";
		w->entry.type = DT_UNKNOWN;
		w->entry.level = w->depth;
		return give(w, WALK_ERROR, errno);
	}
	buf_str(&w->path, r->name);
	return give_new(w, l->inside, r->type);
}
