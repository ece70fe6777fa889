/* sync - write what is cached to the disks
 *
 * usage: sync [OPTION] [FILE]...
 *
 *   -d, --data           write only the FILEs' data and what is needed to find it
 *   -f, --file-system    write the file systems that the FILEs are on
 *
 * Without FILEs everything is written.
 *
 * install: /bin
 * options: pure
 * follows: GNU coreutils manual, "sync invocation"
 */
#include "libbb.h"
#include "sync.gen.h"

/* Opens a file in any way that is allowed, without waiting for the other end of a pipe. */
static int open_any(const char *file)
{
	int fd = open_file(file, O_RDONLY | O_NONBLOCK, 0);
	int code = errno;

	if (fd < 0) {
		fd = open_file(file, O_WRONLY | O_NONBLOCK, 0);
		errno = code;
	}
	return fd;
}

/* Syncs one FILE; returns the exit status. */
static int sync_file(const struct sync_options *opt, const char *file)
{
	int fd = open_any(file), result;

	if (fd < 0) {
		warn_errno("error opening %s", quote_file(file));
		return 1;
	}
	if (opt->data)
		result = fdatasync(fd);
	else
		result = opt->file_system ? syncfs(fd) : fsync(fd);
	if (result < 0)
		warn_errno("error syncing %s", quote_file(file));
	if (close_file(fd) < 0 && result == 0) {
		warn_errno("failed to close %s", quote_file(file));
		result = -1;
	}
	return result < 0;
}

int sync_main(struct sync_options *opt, char **argv)
{
	int status = 0;

	if (opt->data && opt->file_system)
		die("cannot specify both --data and --file-system");
	if (opt->data && !*argv)
		die("--data needs at least one argument");
	if (!*argv)
		sync();
	for (; *argv; argv++)
		status |= sync_file(opt, *argv);
	return status;
}
