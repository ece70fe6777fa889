/* filetest.c - tests of files: test, [ and [[ ]] */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "filetest.h"

/* The modification time of `file`; returns whether it exists. */
static bool modified(const char *file, struct timespec *when)
{
	struct stat st;

	if (stat(file, &st) < 0)
		return false;
	*when = st.st_mtim;
	return true;
}

static bool later(struct timespec a, struct timespec b)
{
	return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

bool file_newer(const char *a, const char *b)
{
	struct timespec x, y;

	if (!modified(a, &x))
		return false;
	return !modified(b, &y) || later(x, y);
}

bool file_same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool file_test(char op, const char *file)
{
	struct stat st;

	if (op == 'r' || op == 'w' || op == 'x')
		return faccessat(AT_FDCWD, file, op == 'r' ? R_OK : op == 'w' ? W_OK : X_OK, AT_EACCESS) == 0;
	if ((op == 'h' || op == 'L' ? lstat(file, &st) : stat(file, &st)) < 0)
		return false;
	switch (op) {
	case 'b':
		return S_ISBLK(st.st_mode);
	case 'c':
		return S_ISCHR(st.st_mode);
	case 'd':
		return S_ISDIR(st.st_mode);
	case 'f':
		return S_ISREG(st.st_mode);
	case 'h':
	case 'L':
		return S_ISLNK(st.st_mode);
	case 'p':
		return S_ISFIFO(st.st_mode);
	case 'S':
		return S_ISSOCK(st.st_mode);
	case 'g':
		return st.st_mode & S_ISGID;
	case 'k':
		return st.st_mode & S_ISVTX;
	case 'u':
		return st.st_mode & S_ISUID;
	case 's':
		return st.st_size > 0;
	case 'G':
		return st.st_gid == getegid();
	case 'O':
		return st.st_uid == geteuid();
	case 'N':
		return later(st.st_mtim, st.st_atim);
	default:
		return true;
	}
}
