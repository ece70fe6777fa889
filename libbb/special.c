/* special.c - what mkfifo and mknod share */
#include "libbb.h"
#include "special.h"

mode_t special_mode(const char *spec)
{
	struct mode_change change;
	mode_t mask, mode;

	if (!spec)
		return 0666;
	if (!mode_compile(spec, &change))
		die("invalid mode");
	mask = umask(0);
	mode = mode_apply(&change, 0666, false, mask, NULL);
	if (mode & ~(mode_t)0777)
		die("mode must specify only file permission bits");
	return mode;
}

int special_make(const char *path, mode_t mode, dev_t device, int exact)
{
	if (mknod(path, mode, device) < 0)
		return -1;
	if (exact && set_mode_at(AT_FDCWD, path, mode & 0777) < 0)
		die_errno("cannot set permissions of %s", quote_file(path));
	return 0;
}
