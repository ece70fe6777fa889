/* read.c - finding the files that ls lists, and what there is to know about them */
#include <dirent.h>
#include <sys/xattr.h>
#include "glob.h"
#include "ls.h"

enum { RECORDS = 32768 };

/* Reports an error about a file; one about an argument is serious. */
void ls_failed(struct ls *ls, bool argument, const char *what, const char *path)
{
	warn_errno("%s %s", what, quote_file(path));
	if (argument)
		ls->status = 2;
	else if (ls->status == 0)
		ls->status = 1;
}

/* The path of a file in a directory; `dir` may be NULL. */
char *path_of(const char *dir, const char *name)
{
	size_t len = strlen(name), dir_len = dir && *name != '/' ? strlen(dir) : 0;
	char *path = arena_alloc(dir_len + len + 2), *p = path;

	if (dir_len) {
		p = (char *)memcpy(path, dir, dir_len) + dir_len;
		if (p[-1] != '/')
			*p++ = '/';
	}
	memcpy(p, name, len);
	return path;
}

/* Reports an error about a file of the directory at hand. */
static void failed_in_directory(struct ls *ls, bool argument, const char *what, const char *name)
{
	bool here = ls->dir_path && strcmp(ls->dir_path, ".") == 0;
	int error = errno;
	const char *path = path_of(here ? NULL : ls->dir_path, name);

	errno = error;
	ls_failed(ls, argument, what, path);
}

static bool matches(const char **patterns, const char *name)
{
	for (; *patterns; patterns++)
		if (glob_match(*patterns, name, GLOB_PERIOD))
			return true;
	return false;
}

/* Whether the options leave out a file of a directory. */
static bool is_ignored(const struct ls *ls, const char *name)
{
	if (*name == '.' &&
	    (ls->hidden == HIDE_DOTTED || (ls->hidden == HIDE_IMPLIED && is_dot_or_dotdot(name))))
		return true;
	return matches(ls->ignored, name) ||
	       (ls->hidden == HIDE_DOTTED && matches(ls->hidden_patterns, name));
}

/* The value of an extended attribute, or NULL. */
static const char *attribute(const char *path, bool follow, const char *name)
{
	char value[256];
	ssize_t len = (follow ? getxattr : lgetxattr)(path, name, value, sizeof(value) - 1);

	return len > 0 ? arena_memdup(value, (size_t)len) : NULL;
}

/* Finds the attributes that stand for access control lists and security contexts. */
static void read_access(struct ls *ls, struct info *info, const char *path, bool follow)
{
	char names[1024], *list = names;
	ssize_t len = (follow ? listxattr : llistxattr)(path, names, sizeof(names));

	info->access = ' ';
	if (len < 0 && errno == ERANGE) {
		list = arena_alloc(65536);
		len = (follow ? listxattr : llistxattr)(path, list, 65536);
	}
	for (const char *p = list; p < list + (len < 0 ? 0 : len); p += strlen(p) + 1) {
		if (strcmp(p, "system.posix_acl_access") == 0 || strcmp(p, "system.posix_acl_default") == 0) {
			info->access = '+';
		} else if (strcmp(p, "security.selinux") == 0) {
			if (info->access == ' ')
				info->access = '.';
			info->context = attribute(path, follow, p);
		}
	}
	ls->some_access |= info->access != ' ';
}

/* Whether the color of a file of that type depends on more than its type. */
static bool color_needs_info(const struct ls *ls, mode_t mode)
{
	const struct colors *c = ls->colors;

	if (!c)
		return false;
	if (S_ISDIR(mode))
		return color_set(c, COLOR_OTHER_WRITABLE) || color_set(c, COLOR_STICKY) ||
		       color_set(c, COLOR_STICKY_OTHER_WRITABLE);
	return S_ISREG(mode) &&
	       (color_set(c, COLOR_EXEC) || color_set(c, COLOR_SETUID) || color_set(c, COLOR_SETGID) ||
		color_set(c, COLOR_CAPABILITY) || color_set(c, COLOR_HARD_LINKS));
}

static bool needs_info(const struct ls *ls, mode_t mode, bool argument)
{
	if (argument || ls->all_info || (ls->types_needed && !mode) || color_needs_info(ls, mode))
		return true;
	if (S_ISLNK(mode) && ls->types_needed)
		return ls->follow == FOLLOW_ALWAYS || ls->links_checked || ls->directories_first;
	return S_ISREG(mode) && ls->indicators == INDICATE_ALL;
}

/* Reads the status of a file, through a link if the options say so. Returns whether it did go through links in *followed. */
static bool read_status(const struct ls *ls, const char *name, bool argument, struct stat *st, bool *followed)
{
	*followed = ls->follow == FOLLOW_ALWAYS || (argument && ls->follow >= FOLLOW_DIR_ARGUMENTS);
	if (*followed) {
		bool found = fstatat(ls->dir, name, st, 0) == 0;

		if (!argument || ls->follow != FOLLOW_DIR_ARGUMENTS)
			return found;
		if (found ? S_ISDIR(st->st_mode) : errno != ENOENT)
			return found;
		*followed = false;
	}
	return fstatat(ls->dir, name, st, AT_SYMLINK_NOFOLLOW) == 0;
}

static struct timespec time_of(const struct ls *ls, const char *name, const struct stat *st, bool followed)
{
	struct timespec birth;

	switch (ls->time) {
	case TIME_CHANGED:
		return st->st_ctim;
	case TIME_ACCESSED:
		return st->st_atim;
	case TIME_BORN:
		if (time_of_birth(ls->dir, name, followed ? 0 : AT_SYMLINK_NOFOLLOW, &birth))
			return birth;
		return (struct timespec){ -1, -1 };
	default:
		return st->st_mtim;
	}
}

/* Reads where a symbolic link leads, and what is there if that matters. */
static void read_link(struct ls *ls, struct entry *e, bool argument)
{
	size_t size = e->info->st.st_size > 0 ? (size_t)e->info->st.st_size + 1 : 128;
	struct stat st;
	char *target;
	ssize_t len;

	for (;; size *= 2) {
		target = arena_alloc(size + 1);
		len = readlinkat(ls->dir, e->name, target, size);
		if (len < (ssize_t)size)
			break;
	}
	if (len < 0) {
		failed_in_directory(ls, argument, "cannot read symbolic link", e->name);
	} else {
		target[len] = 0;
		e->target = target;
	}
	if (len >= 0 && (ls->indicators >= INDICATE_TYPE || ls->links_checked || ls->directories_first) &&
	    fstatat(ls->dir, e->name, &st, 0) == 0)
		e->target_mode = st.st_mode;
}

/* Learns what the options need to know about a file. Returns false if it is an argument that is not there. */
static bool read_info(struct ls *ls, struct entry *e, bool argument)
{
	struct info *info = arena_new(struct info);
	bool followed, links = ls->format == FORMAT_LONG || ls->links_checked || ls->directories_first;

	if (!read_status(ls, e->name, argument, &info->st, &followed)) {
		failed_in_directory(ls, argument, "cannot access", e->name);
		e->failed = true;
		return !argument;
	}
	e->info = info;
	e->mode = info->st.st_mode;
	e->inode = info->st.st_ino;
	info->time = time_of(ls, e->name, &info->st, followed);
	ls->blocks += (uintmax_t)info->st.st_blocks;
	if (ls->format == FORMAT_LONG || ls->show_context)
		read_access(ls, info, path_of(ls->dir_path, e->name), followed);
	if (ls->colors && S_ISREG(e->mode) && color_set(ls->colors, COLOR_CAPABILITY))
		info->capable = attribute(path_of(ls->dir_path, e->name), followed, "security.capability");
	if (S_ISLNK(e->mode) && links)
		read_link(ls, e, argument);
	return true;
}

/* Adds a file to those that will be shown. `name` must stay. */
static void add_entry(struct ls *ls, const char *name, unsigned char type, ino_t inode, bool argument)
{
	struct entry *e;

	ls->entries = arena_reserve(ls->entries, ls->found, &ls->room, sizeof(*ls->entries));
	e = &ls->entries[ls->found];
	*e = (struct entry){
		.name = name, .len = (unsigned)strlen(name), .inode = inode, .mode = (mode_t)type << 12
	};
	if (needs_info(ls, e->mode, argument) && !read_info(ls, e, argument))
		return;
	e->listed = argument && S_ISDIR(e->mode) && !ls->directories_as_files;
	if (ls->align_quotes) {
		e->quoted = is_quoted(ls, name, e->len);
		ls->some_quoted |= e->quoted;
	}
	ls->found++;
}

/* Forgets the files of the last directory. */
static void begin(struct ls *ls, int dir, const char *path)
{
	ls->dir = dir;
	ls->dir_path = path;
	ls->entries = NULL;
	ls->found = ls->room = 0;
	ls->blocks = 0;
	ls->some_quoted = ls->some_access = false;
}

void read_arguments(struct ls *ls, char **names)
{
	begin(ls, AT_FDCWD, NULL);
	for (; *names; names++)
		add_entry(ls, *names, DT_UNKNOWN, 0, true);
}

/* Opens a directory, by parts if its path is too long for the kernel. */
int open_directory(const char *path)
{
	int fd = open_file(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0), at = AT_FDCWD;

	if (fd >= 0 || errno != ENAMETOOLONG)
		return fd;
	for (;;) {
		size_t len = strnlen(path, PATH_MAX - 1);
		char *part;

		if (path[len]) {
			const char *slash = mem_rchr(path, '/', len);

			if (!slash)
				break;
			len = (size_t)(slash - path) + 1;
		}
		part = arena_memdup(path, len);
		fd = open_file_at(at, part, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0);
		if (at != AT_FDCWD)
			close_file(at);
		path += len;
		if (fd < 0 || !*path)
			return fd;
		at = fd;
	}
	errno = ENAMETOOLONG;
	return -1;
}

/* Adds the files of a block of directory records, which must stay. */
static void add_records(struct ls *ls, const char *p, const char *end)
{
	while (p < end) {
		const struct dir_record *r = (const void *)p;

		p += r->size;
		if (!is_ignored(ls, r->name))
			add_entry(ls, r->name, r->type, r->ino, false);
	}
}

void read_directory(struct ls *ls, int fd, const char *path, bool argument)
{
	size_t size = RECORDS, used = 0;
	char *records = arena_alloc(size);
	ssize_t len;

	begin(ls, fd, path);
	while ((len = dir_read(fd, records + used, size - used)) > 0) {
		add_records(ls, records + used, records + used + len);
		if (ls->stream) {
			sort_entries(ls);
			show_entries(ls);
			ls->found = 0;
			continue;
		}
		used += (size_t)len;
		if (size - used < RECORDS / 2) {
			size = 4 * RECORDS;
			used = 0;
			records = arena_alloc(size);
		}
	}
	if (len < 0 && errno != ENOENT)
		ls_failed(ls, argument, "reading directory", path);
}
