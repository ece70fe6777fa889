/* result.c - the file that another is turned into */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include "in.h"
#include "memsearch.h"
#include "out.h"
#include "path.h"
#include "result.h"
#include "signals.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGXFSZ };

enum { SIGNALS = sizeof(signals) / sizeof(*signals) };

/* From now on signals that would end the applet are noted, or do so again. */
static void catch_signals(bool caught)
{
	for (int i = 0; i < SIGNALS; i++)
		if (signal_ignored(signals[i]))
			continue;
		else if (caught)
			signal_catch(signals[i]);
		else
			signal_default(signals[i]);
}

/* Ends by a signal that came. */
static void obey_signals(struct result *r)
{
	for (int i = 0; i < SIGNALS; i++)
		if (signal_take(signals[i])) {
			result_drop(r);
			raise(signals[i]);
		}
}

int result_create(struct result *r, const char *path)
{
	r->path = path;
	catch_signals(true);
	r->fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (r->fd < 0)
		catch_signals(false);
	return r->fd < 0 ? -1 : 0;
}

static bool all_zero(const char *p, size_t n)
{
	return n > 0 && p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

int result_write(struct result *r, const void *bytes, size_t n, bool skip_zeroes)
{
	const char *p = bytes;

	obey_signals(r);
	while (skip_zeroes && n >= 32768 && all_zero(p, 32768)) {
		if (lseek(r->fd, 32768, SEEK_CUR) < 0)
			return -1;
		p += 32768;
		n -= 32768;
	}
	return write_all(r->fd, p, n);
}

int result_like(struct result *r, const struct stat *st)
{
	struct timespec times[2] = { st->st_atim, st->st_mtim };
	mode_t mode = st->st_mode & 0777;
	off_t end = lseek(r->fd, 0, SEEK_CUR);
	int error = 0;

	if (end > 0 && ftruncate(r->fd, end) < 0) /* a hole at the end */
		error = errno;
	if (futimens(r->fd, times) < 0)
		error = error ? error : errno;
	if (fchown(r->fd, (uid_t)-1, st->st_gid) < 0) { /* the group's rights are then those of all */
		mode &= ~(mode_t)((~(mode & 7) & 7) << 3);
		error = error ? error : errno;
	}
	if (fchown(r->fd, st->st_uid, (gid_t)-1) < 0)
		error = error ? error : errno;
	if (fchmod(r->fd, mode) < 0)
		error = error ? error : errno;
	return error;
}

/* Puts the name of a file on the disk. */
static int sync_directory(const char *path)
{
	int fd = open_file(path_dir(path), O_RDONLY | O_DIRECTORY, 0), failed;

	if (fd < 0)
		return 0;
	failed = fsync(fd) < 0 && errno != EINVAL;
	close_file(fd);
	return failed ? -1 : 0;
}

int result_finish(struct result *r, bool sync)
{
	int fd = r->fd, error = 0;

	obey_signals(r);
	if (sync && (fsync(fd) < 0 || sync_directory(r->path) < 0))
		error = errno;
	r->fd = -1;
	if (close_file(fd) < 0)
		error = errno;
	if (error)
		unlink(r->path);
	obey_signals(r);
	catch_signals(false);
	errno = error;
	return error ? -1 : 0;
}

void result_drop(struct result *r)
{
	if (r->fd < 0)
		return;
	close_file(r->fd);
	r->fd = -1;
	unlink(r->path);
	catch_signals(false);
}
