/* mkdir - make directories
 *
 * usage: mkdir [OPTION]... DIRECTORY...
 *
 *   -m, --mode=MODE            set the permissions, as chmod does to rwxrwxrwx, without the umask
 *   -p, --parents              make missing parents too, with the usual permissions;
 *                              a directory that exists is no error
 *   -v, --verbose              say which directories are made
 *   -Z                         accepted, and without effect
 *       --context[=CTX]        likewise, with a warning if there is a CTX
 *
 * install: /bin
 * options: pure
 * follows: POSIX.1-2024 mkdir; GNU coreutils manual, "mkdir invocation"
 */
#include "libbb.h"
#include "mkdir.gen.h"
#include "walk.h"

/* How the directories that are asked for are made. */
struct making {
	bool verbose;
	mode_t umask;
	mode_t mode;      /* of the directory itself */
	mode_t mentioned; /* the bits that -m is about */
};

static bool is_dir(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static void tell(const struct making *m, const char *path)
{
	if (m->verbose)
		out_fmt("%s: created directory %s\n", applet_name(), quote_file(path));
}

/* mkdirat(2) under another umask. */
static int make_masked(int dir, const char *name, mode_t mode, mode_t mask, mode_t usual)
{
	int result, code;

	umask(mask);
	result = mkdirat(dir, name, mode);
	code = errno;
	umask(usual);
	errno = code;
	return result;
}

/* Gives the new directory the set-ID and sticky bits that mkdir(2) did not. */
static bool set_special(const struct making *m, int dir, const char *name)
{
	int fd = open_file_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK, 0);
	struct stat st;
	bool fine = true;

	if (fd < 0)
		return fchmodat(dir, name, m->mode, 0) == 0;
	if (fstat(fd, &st) < 0)
		fine = false;
	else if ((st.st_mode ^ m->mode) & m->mentioned)
		fine = fchmod(fd, m->mode | (st.st_mode & 07777 & ~m->mentioned)) == 0;
	close_file(fd);
	return fine;
}

/* Makes the directory `name` in `dir`, which is asked for as `path`. Returns false with errno set if it is not made. */
static bool make_last(const struct making *m, int dir, const char *name, const char *path, int *status)
{
	bool strict = m->mode & 07000 || m->mentioned & 06000;

	if (make_masked(dir, name, strict ? m->mode & ~022u : m->mode, m->umask & ~m->mode, m->umask) < 0)
		return false;
	tell(m, path);
	if (m->mentioned & 07000 && !set_special(m, dir, name)) {
		warn_errno("cannot change permissions of %s", quote_file(path));
		*status = 1;
	}
	return true;
}

/* Makes the directory `path` and the missing ones before it, one part after the other. */
static int make_parts(const struct making *m, const char *path)
{
	int dir = *path == '/' ? open_file("/", O_PATH | O_DIRECTORY, 0) : AT_FDCWD, status = 0;
	const char *name = path + strspn(path, "/"), *end;

	while (end = name + strcspn(name, "/"), end[strspn(end, "/")]) {
		const char *part = arena_memdup(name, (size_t)(end - name));
		const char *so_far = arena_memdup(path, (size_t)(end - path));
		int code = 0, fd;

		if (!is_dot_or_dotdot(part)) {
			if (make_masked(dir, part, 0777, m->umask & ~0300u, m->umask) == 0)
				tell(m, so_far);
			else
				code = errno;
		}
		fd = open_file_at(dir, part, O_PATH | O_DIRECTORY, 0);
		if (fd >= 0 && faccessat(fd, ".", X_OK, AT_EACCESS) < 0)
			fd = -1;
		if (fd < 0) {
			warn_code(code && errno == ENOENT ? code : errno, "cannot create directory %s",
				  quote(so_far));
			status = 1;
		}
		if (dir != AT_FDCWD)
			close_file(dir);
		if (fd < 0)
			return status;
		dir = fd;
		name = end + strspn(end, "/");
	}
	if (!make_last(m, dir, name, path, &status)) {
		int code = errno;

		if (!is_dir(dir, name)) {
			warn_code(code, "cannot create directory %s", quote(path));
			status = 1;
		}
	}
	if (dir != AT_FDCWD)
		close_file(dir);
	return status;
}

static int make(const struct making *m, const char *path, bool parents)
{
	int status = 0;

	if (make_last(m, AT_FDCWD, path, path, &status))
		return status;
	if (!parents) {
		warn_errno("cannot create directory %s", quote(path));
		return 1;
	}
	return is_dir(AT_FDCWD, path) ? 0 : make_parts(m, path);
}

int mkdir_main(struct mkdir_options *opt, char **paths)
{
	struct making m = { .verbose = opt->verbose, .mode = 0777 };
	int status = 0;

	if (opt->context)
		warn("warning: ignoring --context; it requires an SELinux/SMACK-enabled kernel");
	if (!*paths)
		die_missing_operand(NULL);
	m.umask = umask(0);
	umask(m.umask);
	if (opt->mode) {
		struct mode_change change;

		if (!mode_compile(opt->mode, &change))
			die("invalid mode %s", quote(opt->mode));
		m.mode = mode_apply(&change, 0777, true, m.umask, &m.mentioned);
	} else {
		m.mode &= ~m.umask;
	}
	for (; *paths; paths++)
		status |= make(&m, *paths, opt->parents);
	return status;
}
