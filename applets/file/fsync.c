/* fsync - write what is cached of files to the disk
 *
 * usage: fsync [-d] FILE...
 *
 *   -d  only the data, and of the rest what is needed to find it
 *
 * install: /usr/bin
 * follows: fsync(2)
 */
#include "libbb.h"
#include "fsync.gen.h"

int fsync_main(struct fsync_options *opt, char **files)
{
	int status = 0;

	if (!*files)
		die_missing_operand(NULL);
	for (; *files; files++) {
		int fd = open_file(*files, O_RDONLY | O_NONBLOCK, 0);

		if (fd < 0) {
			warn_errno("cannot open %s", quote_file(*files));
			status = 1;
			continue;
		}
		if ((opt->d ? fdatasync(fd) : fsync(fd)) < 0) {
			warn_errno("error syncing %s", quote_file(*files));
			status = 1;
		}
		close_file(fd);
	}
	return status;
}
