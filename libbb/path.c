/* path.c - file names: their parts, what symbolic links hold, and the canonical form */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "arena.h"
#include "buf.h"
#include "in.h"
#include "path.h"
#include "walk.h"

/* The length of `path` without the slashes it ends in; those it consists of count as one. */
static size_t length_to_slashes(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* Where the last component begins in the `len` bytes of `path`, which end in no slash. */
static size_t start_of_last(const char *path, size_t len)
{
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len;
}

char *path_base(const char *path)
{
	size_t len = length_to_slashes(path, strlen(path));
	size_t start = len == 1 ? 0 : start_of_last(path, len);

	return arena_memdup(path + start, len - start);
}

char *path_dir(const char *path)
{
	size_t len = length_to_slashes(path, start_of_last(path, length_to_slashes(path, strlen(path))));

	return len ? arena_memdup(path, len) : arena_strdup(".");
}

char *path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);

	if (len == 0)
		return arena_strdup(name);
	name += strspn(name, "/");
	return arena_printf("%s%s%s", dir, dir[len - 1] == '/' ? "" : "/", name);
}

char *read_link(int dir, const char *path)
{
	char small[256];
	char *text = small;
	size_t size = sizeof(small);
	ssize_t len;

	while ((len = readlinkat(dir, path, text, size)) == (ssize_t)size) {
		size *= 4;
		text = arena_alloc(size);
	}
	return len < 0 ? NULL : arena_memdup(text, (size_t)len);
}

/* A path that is made from its end to its beginning: text[start..size) with a NUL at size. */
struct backwards {
	char *text;
	size_t start, size;
};

/* Puts a slash and `name` before the path. */
static void prepend(struct backwards *b, const char *name)
{
	size_t len = strlen(name) + 1;

	if (len > b->start) {
		size_t used = b->size - b->start, size = 2 * b->size + len + PATH_MAX;
		char *text = arena_alloc(size + 1);

		if (used)
			memcpy(text + size - used, b->text + b->start, used);
		*b = (struct backwards){ text, size - used, size };
	}
	b->start -= len;
	b->text[b->start] = '/';
	memcpy(b->text + b->start + 1, name, len - 1);
}

/* Finds in the open directory `parent` the name of the directory `child`. NULL with errno set if it
 * has none. */
static const char *name_in(int parent, const struct stat *child, struct dir_record *records)
{
	ssize_t len;
	struct stat st;

	while ((len = dir_read(parent, records, IO_BLOCK)) > 0)
		for (struct dir_record *r = records; (char *)r < (char *)records + len;
		     r = (struct dir_record *)((char *)r + r->size))
			if (!is_dot_or_dotdot(r->name) && (r->type == DT_DIR || r->type == DT_UNKNOWN) &&
			    fstatat(parent, r->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			    st.st_ino == child->st_ino && st.st_dev == child->st_dev)
				return r->name;
	if (len == 0)
		errno = ENOENT;
	return NULL;
}

/* The working directory's name, found by going up to the root: for names that the kernel finds too long. */
static char *climb(void)
{
	const int flags = O_RDONLY | O_DIRECTORY;
	struct backwards path = { 0 };
	struct dir_record *records = arena_alloc(IO_BLOCK);
	struct stat here, above;
	int fd = open_file(".", flags, 0), up;
	const char *name = "";

	if (fd < 0 || fstat(fd, &here) < 0)
		return NULL;
	for (;; fd = up, here = above) {
		up = open_file_at(fd, "..", flags, 0);
		close_file(fd);
		if (up < 0 || fstat(up, &above) < 0)
			return NULL;
		if (above.st_ino == here.st_ino && above.st_dev == here.st_dev)
			break;
		name = name_in(up, &here, records);
		if (!name)
			break;
		prepend(&path, name);
	}
	close_file(up);
	return name ? path.text + path.start : NULL;
}

char *current_dir(void)
{
	char name[PATH_MAX];

	if (syscall(SYS_getcwd, name, sizeof(name)) < 0)
		return errno == ENAMETOOLONG || errno == ERANGE ? climb() : NULL;
	if (*name == '/')
		return arena_strdup(name);
	errno = ENOENT;
	return NULL;
}

/* A link whose target is being gone through: its name, and how much of the path was to come after it. */
struct followed {
	struct followed *outer;
	const char *name;
	size_t rest;
};

struct canon {
	enum canon_mode mode;
	bool keep_links;
	struct buf done;  /* the canonical name so far; "" is the root */
	const char *rest; /* what is still to be gone through */
	int dir;          /* an open directory, or AT_FDCWD */
	size_t dir_len;   /* how much of `done` is its name */
	struct followed *links;
	unsigned links_count;
};

/* Links followed for one name, at most. Only a trap set on purpose has more. */
enum { LINKS_MAX = 16384 };

static void forget_dir(struct canon *c)
{
	if (c->dir != AT_FDCWD)
		close_file(c->dir);
	c->dir = AT_FDCWD;
	c->dir_len = 0;
}

static void cut_to(struct canon *c, size_t len)
{
	buf_cut(&c->done, len);
	if (len < c->dir_len)
		forget_dir(c);
}

/* Opens directories on the way until the kernel takes what is left of the name. Returns that, relative
 * to c->dir; NULL with errno set if there is no way. */
static const char *reach(struct canon *c)
{
	while (c->done.len - c->dir_len >= PATH_MAX) {
		const char *name = c->done.data + c->dir_len;
		size_t len = start_of_last(name, PATH_MAX - 2);
		int dir = -1;

		if (len > 0)
			dir = open_file_at(c->dir, arena_memdup(name, len), O_PATH | O_DIRECTORY | O_NOFOLLOW,
					   0);
		else
			errno = ENAMETOOLONG;
		if (dir < 0)
			return NULL;
		len += c->dir_len;
		forget_dir(c);
		c->dir = dir;
		c->dir_len = len;
	}
	return c->done.data + c->dir_len;
}

/* Whether what comes next needs a directory but is not looked up there: a slash before nothing or
 * before `..`; a `.` in between makes no difference. */
static bool needs_directory(const char *rest)
{
	const char *name = rest;

	do
		name += strspn(name, "/");
	while (name[0] == '.' && (name[1] == '/' || name[1] == 0) && name++);
	if (name == rest || *name == 0)
		return name != rest;
	return name[0] == '.' && name[1] == '.' && (name[2] == '/' || name[2] == 0);
}

/* Whether the component that was just added is there, and is a directory if `directory`. Links are
 * followed. */
static bool present(struct canon *c, bool directory)
{
	size_t len = c->done.len;
	const char *name;
	bool found;

	if (directory)
		buf_char(&c->done, '/');
	name = reach(c);
	found = name && faccessat(c->dir, name, F_OK, 0) == 0;
	buf_cut(&c->done, len);
	return found;
}

/* What the component that was just added holds, if it is a link that is to be followed; else NULL with
 * errno set. */
static char *link_target(struct canon *c)
{
	const char *name = reach(c);
	char *target = name ? read_link(c->dir, name) : NULL;

	if (!target)
		return NULL;
	while (c->links && strlen(c->rest) < c->links->rest)
		c->links = c->links->outer;
	for (const struct followed *l = c->links; l; l = l->outer)
		if (strcmp(l->name, c->done.data) == 0) {
			errno = ELOOP;
			return NULL;
		}
	if (++c->links_count > LINKS_MAX) {
		errno = ELOOP;
		return NULL;
	}
	return target;
}

/* Goes on with a link's target in place of the link, which is the component that begins at `before` in
 * c->done. */
static void follow(struct canon *c, const char *target, size_t before)
{
	struct followed *l = arena_new(struct followed);

	*l = (struct followed){ c->links, arena_strdup(c->done.data), strlen(c->rest) };
	c->links = l;
	c->rest = arena_printf("%s%s", target, c->rest);
	cut_to(c, *target == '/' ? 0 : before);
}

/* Adds the component of `len` bytes at `name`, or what it stands for. Returns false with errno set if
 * that fails. */
static bool add(struct canon *c, const char *name, size_t len)
{
	size_t before = c->done.len;
	bool directory = needs_directory(c->rest), last = c->rest[strspn(c->rest, "/")] == 0;

	buf_char(&c->done, '/');
	buf_mem(&c->done, name, len);
	if (!c->keep_links) {
		const char *target = link_target(c);

		if (target) {
			follow(c, target, before);
			return true;
		}
		if (c->mode == CANON_MISSING)
			return c->links_count <= LINKS_MAX;
		if (errno == EINVAL && (!directory || present(c, true)))
			return true;
	} else if (c->mode == CANON_MISSING || (!directory && !last) || present(c, directory)) {
		return true;
	}
	return errno == ENOENT && c->mode == CANON_ALL_BUT_LAST && last;
}

/* Goes through c->rest. Returns false with errno set if a component fails. */
static bool go(struct canon *c)
{
	while (c->rest += strspn(c->rest, "/"), *c->rest) {
		const char *name = c->rest;
		size_t len = strcspn(name, "/");

		c->rest += len;
		if (len == 2 && name[0] == '.' && name[1] == '.') {
			if (c->done.len)
				cut_to(c, start_of_last(c->done.data, c->done.len) - 1);
		} else if ((len != 1 || *name != '.') && !add(c, name, len)) {
			return false;
		}
	}
	return true;
}

char *canonical_path(const char *path, enum canon_mode mode, bool keep_links)
{
	struct canon c = { .mode = mode, .keep_links = keep_links, .rest = path, .dir = AT_FDCWD };
	const char *start = *path == '/' ? "" : current_dir();
	bool done;
	int code;

	if (*path == 0)
		errno = ENOENT;
	if (*path == 0 || !start)
		return NULL;
	buf_str(&c.done, start[0] && start[1] ? start : "");
	done = go(&c);
	code = errno;
	forget_dir(&c);
	errno = code;
	if (done && c.done.len == 0)
		buf_char(&c.done, '/');
	return done ? c.done.data : NULL;
}
